// Sessions of two JavaScript clients that nobody here wrote, against the house whose address and tokens come on standard input.
// Prints the name of each session that went to its end; fails loudly otherwise. Started by tests/clients/test_npm.py.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Client } from "fhir-kit-client";

const smart = createRequire(import.meta.url)("fhirclient");
const story = JSON.parse(readFileSync(0, "utf8"));
const observation = (changes = {}) => ({ ...story.observation, ...changes });
const code = (outcome) => outcome.issue[0].details.coding[0].code;

async function refused(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("nothing was refused");
}

async function fhirKitClient() {
  const client = new Client({ baseUrl: story.base, bearerToken: story.writer });
  const statement = await client.capabilityStatement();
  assert.equal(statement.fhirVersion, "4.0.1");
  const made = await client.create({ resourceType: "Observation", body: observation() });
  const { id } = made;
  assert.equal(made.meta.versionId, "1");
  assert.deepEqual(await client.read({ resourceType: "Observation", id }), made);
  assert.deepEqual(await client.vread({ resourceType: "Observation", id, version: "1" }), made);
  assert.equal((await client.operation({ name: "validate", resourceType: "Observation", input: observation() })).issue[0].severity, "information");

  const body = { ...made, status: "amended" };
  const blind = await refused(client.update({ resourceType: "Observation", id, body }));
  assert.deepEqual([blind.response.status, code(blind.response.data)], [400, "if-match-missing"]);
  const options = { headers: { "If-Match": 'W/"1"' } };
  assert.equal((await client.update({ resourceType: "Observation", id, body, options })).meta.versionId, "2");
  const late = await refused(client.update({ resourceType: "Observation", id, body, options }));
  assert.deepEqual([late.response.status, code(late.response.data)], [412, "version-differs"]);
  const past = await client.history({ resourceType: "Observation", id });
  assert.deepEqual([past.type, past.total, past.entry.map((one) => one.request.method)], ["history", 2, ["PUT", "POST"]]);

  const hers = new Client({ baseUrl: story.base, bearerToken: story.herself });
  const found = await hers.search({ resourceType: "DocumentReference", searchParams: { patient: story.person, _count: 1 } });
  assert.deepEqual([found.type, found.total, found.entry.length], ["searchset", 2, 1]);
  const following = await hers.nextPage({ bundle: found });
  assert.notEqual(following.entry[0].resource.id, found.entry[0].resource.id);
  const posted = await hers.search({ resourceType: "DocumentReference", searchParams: { patient: story.person }, options: { postSearch: true } });
  assert.equal(posted.total, 2);
  if (story.searches.includes("Observation")) {
    const among = await hers.search({ resourceType: "Observation", searchParams: { patient: story.person, code: "14771-0" } });
    assert.deepEqual(among.entry.map((one) => one.resource.id), [id]);
  }

  const stranger = new Client({ baseUrl: story.base, bearerToken: story.stranger });
  const unknown = await refused(stranger.read({ resourceType: "Observation", id }));
  assert.deepEqual([unknown.response.status, code(unknown.response.data)], [404, "nothing-to-show"]);
  const nobody = await refused(new Client({ baseUrl: story.base }).read({ resourceType: "Observation", id }));
  assert.deepEqual([nobody.response.status, code(nobody.response.data)], [401, "unauthenticated"]);
  await client.delete({ resourceType: "Observation", id });
  const gone = await refused(client.read({ resourceType: "Observation", id }));
  assert.deepEqual([gone.response.status, code(gone.response.data)], [410, "resource-deleted"]);

  // A transaction goes to the base with a slash behind it.
  const empty = await refused(client.transaction({ body: { resourceType: "Bundle", type: "transaction", entry: [] } }));
  assert.deepEqual([empty.response.status, code(empty.response.data)], [400, "resource-invalid"]);
}

function connected(token) {
  const request = { headers: { host: "localhost" }, url: "/" };
  return smart(request, {}).client({ serverUrl: story.base, tokenResponse: token ? { access_token: token } : {} });
}

async function smartClient() {
  const client = connected(story.writer);
  assert.equal(await client.getFhirRelease(), 4);
  const made = await client.create(observation());
  const address = `Observation/${made.id}`;
  assert.equal(made.meta.versionId, "1");
  assert.deepEqual(await client.request(address), made);
  assert.deepEqual(await client.request(`${address}/_history/1?_format=json&_pretty=true`), made);
  const blind = await refused(client.update({ ...made, status: "amended" }));
  assert.equal(blind.status ?? blind.statusCode, 400);
  assert.match(blind.message, /If-Match/);
  const headers = { "If-Match": 'W/"1"' };
  assert.equal((await client.update({ ...made, status: "amended" }, { headers })).meta.versionId, "2");
  const late = await refused(client.update({ ...made, status: "amended" }, { headers }));
  assert.equal(late.status ?? late.statusCode, 412);
  const past = await client.request(`${address}/_history`, { flat: true });
  assert.deepEqual(past.map((one) => one.status), ["amended", "final"]);

  const hers = connected(story.herself);
  const every = await hers.request(`DocumentReference?patient=${story.person}&_count=1`, { pageLimit: 0, flat: true });
  assert.equal(new Set(every.map((one) => one.id)).size, 2);
  if (story.searches.includes("Observation")) {
    const among = await hers.request(`Observation?patient=${story.person}`, { flat: true });
    assert.deepEqual(among.map((one) => one.id), [made.id]);
  }

  const unknown = await refused(connected(story.stranger).request(address));
  assert.equal(unknown.status ?? unknown.statusCode, 404);
  const nobody = await refused(connected("").request(address));
  assert.equal(nobody.status ?? nobody.statusCode, 401);
  await client.delete(address);
  const gone = await refused(client.request(address));
  assert.equal(gone.status ?? gone.statusCode, 410);
}

for (const session of [fhirKitClient, smartClient]) {
  await session();
  console.log(session.name);
}
