"""Rules about the resources of a person's record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from espace_sante.formats.fhir.r4.instants import is_after
from espace_sante.formats.fhir.r4.members import codes, each, has, has_choice
from espace_sante.formats.fhir.r4.targets import type_of

Json = dict[str, Any]
_ALLERGY = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
_CONDITION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
_SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
_ERROR = "entered-in-error"


def pat_1(contact: Json) -> bool:
    """Say whether a contact has details or an organization."""
    return any(has(contact, name) for name in ("name", "telecom", "address", "organization"))


def obs_3(bounds: Json) -> bool:
    """Say whether a reference range says something."""
    return any(has(bounds, name) for name in ("low", "high", "text"))


def obs_6(observation: Json) -> bool:
    """Say whether the reason why there is no value stands only without a value."""
    return not has(observation, "dataAbsentReason") or not has_choice(observation, "value")


def obs_7(observation: Json) -> bool:
    """Say whether a value does not stand twice, in the observation and in a component of the same code."""
    if "component" not in observation or not has_choice(observation, "value"):
        return True
    own = {_same(one) for one in observation["code"].get("coding", ())}
    return not any(
        _same(one) in own for component in each(observation, "component") for one in component["code"].get("coding", ())
    )


def _same(coding: Json) -> tuple[str, ...]:
    return tuple(str(coding.get(name, "")) for name in ("system", "version", "code", "display", "userSelected"))


def con_1(stage: Json) -> bool:
    """Say whether a stage has a summary or an assessment."""
    return has(stage, "summary") or has(stage, "assessment")


def con_2(evidence: Json) -> bool:
    """Say whether evidence has a code or details."""
    return has(evidence, "code") or has(evidence, "detail")


def con_3(condition: Json) -> bool:
    """Say whether a problem of a list has a clinical status."""
    listed = any("problem-list-item" in codes(one, _CATEGORY) for one in each(condition, "category"))
    return not listed or has(condition, "clinicalStatus") or _is_error(condition, _CONDITION)


def con_4(condition: Json) -> bool:
    """Say whether what has ended is said to be inactive, resolved or in remission."""
    over = codes(condition.get("clinicalStatus"), _CLINICAL) & {"resolved", "remission", "inactive"}
    return not has_choice(condition, "abatement") or bool(over)


def con_5(condition: Json) -> bool:
    """Say whether what was entered in error has no clinical status."""
    return not has(condition, "clinicalStatus") or not _is_error(condition, _CONDITION)


def ait_1(allergy: Json) -> bool:
    """Say whether an allergy has a clinical status, unless it was entered in error."""
    return has(allergy, "clinicalStatus") or _is_error(allergy, _ALLERGY)


def ait_2(allergy: Json) -> bool:
    """Say whether what was entered in error has no clinical status."""
    return not has(allergy, "clinicalStatus") or not _is_error(allergy, _ALLERGY)


def _is_error(resource: Json, system: str) -> bool:
    return _ERROR in codes(resource.get("verificationStatus"), system)


def imm_1(education: Json) -> bool:
    """Say whether what was explained has a type or an address."""
    return has(education, "documentType") or has(education, "reference")


def imr_1(recommendation: Json) -> bool:
    """Say whether a recommendation names a vaccine or a disease."""
    return has(recommendation, "vaccineCode") or has(recommendation, "targetDisease")


def mad_1(dosage: Json) -> bool:
    """Say whether what was given has a dose or a rate."""
    return has(dosage, "dose") or has_choice(dosage, "rate")


def mdd_1(dispense: Json) -> bool:
    """Say whether a medicine was not handed over before it was prepared."""
    prepared, handed = dispense.get("whenPrepared"), dispense.get("whenHandedOver")
    return prepared is None or handed is None or not is_after(prepared, handed)


def cpl_3(activity: Json) -> bool:
    """Say whether an activity is described or referred to, not both."""
    return not has(activity, "detail") or not has(activity, "reference")


def ctm_1(participant: Json) -> bool:
    """Say whether only a practitioner acts on behalf of somebody, as far as the address of the member tells."""
    member = type_of(participant.get("member", {}).get("reference", ""))
    return not has(participant, "onBehalfOf") or member in ("", "Practitioner")


def gol_1(target: Json) -> bool:
    """Say whether a target's value says what is measured."""
    return not has_choice(target, "detail") or has(target, "measure")


def fhs_1(history: Json) -> bool:
    """Say whether an age and a birth do not stand together."""
    return not has_choice(history, "age") or not has_choice(history, "born")


def fhs_2(history: Json) -> bool:
    """Say whether only an age is said to be estimated."""
    return has_choice(history, "age") or not has(history, "estimatedAge")


def prr_1(request: Json) -> bool:
    """Say whether details of an order come with what is ordered."""
    return not has(request, "orderDetail") or has(request, "code")


def qrs_1(item: Json) -> bool:
    """Say whether nested items stand under the item or under its answer, not both."""
    return not has(item, "answer") or not has(item, "item")


def org_1(organization: Json) -> bool:
    """Say whether an organization has a name or a number."""
    return has(organization, "name") or has(organization, "identifier")


def org_2(organization: Json) -> bool:
    """Say whether no address of an organization is a home."""
    return all(one.get("use") != "home" for one in each(organization, "address"))


def org_3(organization: Json) -> bool:
    """Say whether no telephone or mail of an organization is that of a home."""
    return all(one.get("use") != "home" for one in each(organization, "telecom"))


def ppc_1(consent: Json) -> bool:
    """Say whether a consent has a policy."""
    return has(consent, "policy") or has(consent, "policyRule")


def _concerns(consent: Json, scope: str) -> bool:
    return has(consent, "patient") or scope not in codes(consent["scope"], _SCOPE)


def ppc_2(consent: Json) -> bool:
    """Say whether a consent about privacy names a patient."""
    return _concerns(consent, "patient-privacy")


def ppc_3(consent: Json) -> bool:
    """Say whether a consent about research names a patient."""
    return _concerns(consent, "research")


def ppc_4(consent: Json) -> bool:
    """Say whether an advance directive names a patient."""
    return _concerns(consent, "adr")


def ppc_5(consent: Json) -> bool:
    """Say whether a consent about treatment names a patient."""
    return _concerns(consent, "treatment")


def app_1(participant: Json) -> bool:
    """Say whether who takes part is said, or as what."""
    return has(participant, "type") or has(participant, "actor")


def app_2(appointment: Json) -> bool:
    """Say whether start and end are both there, or neither."""
    return has(appointment, "start") == has(appointment, "end")


def app_3(appointment: Json) -> bool:
    """Say whether an appointment has a time, unless it is proposed, cancelled or waiting."""
    timed = has(appointment, "start") and has(appointment, "end")
    return timed or appointment.get("status") in ("proposed", "cancelled", "waitlist")


def app_4(appointment: Json) -> bool:
    """Say whether only a cancelled or missed appointment has a reason of cancellation."""
    return not has(appointment, "cancelationReason") or appointment.get("status") in ("noshow", "cancelled")


def apr_1(response: Json) -> bool:
    """Say whether who answers is said, or as what."""
    return has(response, "participantType") or has(response, "actor")


def sev_1(entity: Json) -> bool:
    """Say whether an audited thing has a name or a query, not both."""
    return not has(entity, "name") or not has(entity, "query")


RULES: dict[str, tuple[Callable[[Json], bool], ...]] = {
    "Patient.contact": (pat_1,),
    "Observation": (obs_6, obs_7),
    "Observation.referenceRange": (obs_3,),
    "Condition": (con_3, con_4, con_5),
    "Condition.stage": (con_1,),
    "Condition.evidence": (con_2,),
    "AllergyIntolerance": (ait_1, ait_2),
    "Immunization.education": (imm_1,),
    "ImmunizationRecommendation.recommendation": (imr_1,),
    "MedicationAdministration.dosage": (mad_1,),
    "MedicationDispense": (mdd_1,),
    "CarePlan.activity": (cpl_3,),
    "CareTeam.participant": (ctm_1,),
    "Goal.target": (gol_1,),
    "FamilyMemberHistory": (fhs_1, fhs_2),
    "ServiceRequest": (prr_1,),
    "QuestionnaireResponse.item": (qrs_1,),
    "Organization": (org_1, org_2, org_3),
    "Consent": (ppc_1, ppc_2, ppc_3, ppc_4, ppc_5),
    "Appointment": (app_2, app_3, app_4),
    "Appointment.participant": (app_1,),
    "AppointmentResponse": (apr_1,),
    "AuditEvent.entity": (sev_1,),
}
