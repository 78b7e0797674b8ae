"""A small CDA written by us: every part of a header, about an invented person; parts are replaced or left out by name."""

from __future__ import annotations

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_PARTS = {
    "realm": '<realmCode code="FR"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>',
    "templates": '<templateId root="2.16.840.1.113883.2.8.2.1"/><templateId root="1.2.250.1.213.1.1.1.13"/>',
    "id": '<id root="1.2.250.1.999.7.1"/>',
    "code": '<code code="60591-5" codeSystem="2.16.840.1.113883.6.1" displayName="Synthèse médicale"/>',
    "title": "<title>Synthèse\n   <sub>de</sub> Zoé</title>",
    "created": '<effectiveTime value="20261102093000+0100"/>',
    "confidentiality": '<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>',
    "language": '<languageCode code="fr-FR"/>',
    "set": '<setId root="1.2.250.1.999.7"/><versionNumber value="2"/>',
    "patient": """<recordTarget><patientRole>
      <id extension="{ins}" root="{root}"/><id extension="4321" root="1.2.250.1.999.8"/>
      <patient><name><family qualifier="BR">ESSAI</family><family qualifier="CL">DUBOIS</family>
        <given>ZOE ANNE</given><given qualifier="BR">ZOE</given><given qualifier="CL">ANNE</given></name>
        <administrativeGenderCode code="F"/><birthTime value="19990102"/>
        <birthplace><place><addr><county>63220</county><city>Orbeil</city></addr></place></birthplace>
      </patient></patientRole></recordTarget>""",
    "authors": """<author><functionCode code="PCP" codeSystem="2.16.840.1.113883.5.88" displayName="Médecin traitant"/>
      <time value="20261102"/><assignedAuthor><id root="1.2.250.1.71.4.2.1" extension="899900000022"/>
      <code code="G15_10/SM26" codeSystem="1.2.250.1.213.1.1.4.5" displayName="Médecin - Médecine générale"/>
      <assignedPerson><name><prefix>M</prefix><given>Luc</given><family>GUERIN</family></name></assignedPerson>
      <representedOrganization><id root="1.2.250.1.71.4.2.2" extension="1990000001"/><name>Cabinet du Lac</name>
      </representedOrganization></assignedAuthor></author>
      <author><time nullFlavor="NA"/><assignedAuthor><id root="1.2.250.1.999.9" extension="logiciel"/>
      <assignedAuthoringDevice><manufacturerModelName>Modèle 3</manufacturerModelName><softwareName>Cabinet+</softwareName>
      </assignedAuthoringDevice></assignedAuthor></author>""",
    "custodian": """<custodian><assignedCustodian><representedCustodianOrganization>
      <id root="1.2.250.1.71.4.2.2" extension="1990000001"/><name>Cabinet du Lac</name>
      </representedCustodianOrganization></assignedCustodian></custodian>""",
    "authenticator": """<legalAuthenticator><time value="20261102093000+0100"/><signatureCode code="S"/><assignedEntity>
      <id root="1.2.250.1.71.4.2.1" extension="899900000022"/>
      <assignedPerson><name><given>Luc</given><family>GUERIN</family></name></assignedPerson>
      </assignedEntity></legalAuthenticator>""",
    "orders": '<inFulfillmentOf><order><id root="1.2.250.1.999.10" extension="D7"/></order></inFulfillmentOf>',
    "acts": """<documentationOf><serviceEvent><code code="CS" codeSystem="1.2.250.1.215.200.3.3" displayName="Consultation"/>
      <effectiveTime><low value="202611020900+0100"/><high value="202611020930+0100"/></effectiveTime>
      <performer typeCode="PRF"><assignedEntity><representedOrganization>
      <standardIndustryClassCode code="AMBULATOIRE" codeSystem="1.2.250.1.213.1.1.4.9"/>
      </representedOrganization></assignedEntity></performer></serviceEvent></documentationOf>
      <documentationOf><serviceEvent><code nullFlavor="NA"/></serviceEvent></documentationOf>""",
    "replaces": """<relatedDocument typeCode="APND"><parentDocument><id root="1.2.3"/></parentDocument></relatedDocument>
      <relatedDocument typeCode="RPLC"><parentDocument><id root="1.2.250.1.999.7.0"/></parentDocument></relatedDocument>""",
    "encounter": """<componentOf><encompassingEncounter><effectiveTime/><location><healthCareFacility>
      <code code="SA07" codeSystem="1.2.250.1.71.4.2.4"/></healthCareFacility></location></encompassingEncounter></componentOf>""",
    "body": """<component><structuredBody><component><section><title>Motif</title><text>Fatigue.</text></section></component>
      </structuredBody></component>""",
}
TRIAL_ROOT = "1.2.250.1.213.1.4.10"


def small_cda(
    ins: str = "299019999900123", root: str = TRIAL_ROOT, /, *, before: str = DECLARATION, **changes: str
) -> bytes:
    """Return the document; `changes` replace a part by other words, "" leaves it out."""
    parts = _PARTS | changes
    assert parts.keys() == _PARTS.keys(), changes
    body = "\n".join(parts.values()).replace("{ins}", ins).replace("{root}", root)
    return f'{before}<ClinicalDocument xmlns="urn:hl7-org:v3">\n{body}\n</ClinicalDocument>\n'.encode()


def key_of(body: str) -> str:
    """Return a number with its key, from its first thirteen digits."""
    return f"{body}{97 - int(body) % 97:02d}"
