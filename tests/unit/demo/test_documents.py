"""The documents we write are what they say, and a French document says all it must."""

from __future__ import annotations

import base64
import io
import re
from decimal import Decimal
from functools import cache

import pypdfium2
import pytest
from lxml import etree
from PIL import Image

from espace_sante.demo.documents import PAPERS, Paper, Someone
from espace_sante.demo.writing.sheet import cast
from espace_sante.formats import media
from espace_sante.formats.cda.reading import is_self_presentable, read
from espace_sante.identity.ins import parse_ins
from espace_sante.records.document import CATEGORIES

N = {"c": "urn:hl7-org:v3", "xsi": "http://www.w3.org/2001/XMLSchema-instance"}
INS_OID = "1.2.250.1.213.1.4.10"
AROUND_A_FILE = "1.3.6.1.4.1.19376.1.2.20"
ORDER = (
    *("realmCode", "typeId", "templateId", "id", "code", "title", "effectiveTime", "confidentialityCode"),
    *("languageCode", "setId", "versionNumber", "recordTarget", "author", "custodian", "legalAuthenticator"),
    *("documentationOf", "relatedDocument", "componentOf", "component"),
)
CDA = [paper for paper in PAPERS if paper.media_type in ("text/xml", "application/xslt+xml")]
PDF = [paper for paper in PAPERS if paper.media_type == "application/pdf"]
IMAGES = [paper for paper in PAPERS if paper.media_type.startswith("image/")]


@cache
def made(paper: Paper) -> bytes:
    return paper.make(Someone.of(cast()[paper.person]))


def each(papers: list[Paper] | tuple[Paper, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("paper", papers, ids=[f"{paper.person}: {paper.title}" for paper in papers])


def found(node: etree._Element, path: str) -> list[etree._Element]:
    return node.xpath(path, namespaces=N)


def one(node: etree._Element, path: str) -> str:
    """The value of a path that is there exactly once."""
    values = node.xpath(path, namespaces=N)
    assert len(values) == 1, (path, values)
    return values[0] if isinstance(values[0], str) else (values[0].text or "")


def words(paper: Paper) -> str:
    data = made(paper)
    if paper.media_type == "application/pdf":
        return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))
    if paper.media_type == "application/rtf":
        return re.sub(r"\\u(\d+)\?", lambda match: chr(int(match[1])), data.decode("ascii"))
    return data.decode()


def test_there_are_documents_of_every_category_for_many_people_by_many_professions() -> None:
    assert len(PAPERS) >= 60
    for category in CATEGORIES:
        assert len([paper for paper in PAPERS if paper.category == category]) >= 2, CATEGORIES[category]
    assert len({paper.person for paper in PAPERS}) >= 15
    authors = {cast()[paper.author] for paper in PAPERS}
    assert len({author.profession for author in authors if author.profession}) >= 10
    assert {author.kind for author in authors} == {"practitioner", "person"}
    assert all(paper.author == paper.person for paper in PAPERS if cast()[paper.author].kind == "person")


@each(PAPERS)
def test_the_same_document_is_the_same_bytes_and_of_the_type_it_says(paper: Paper) -> None:
    data = made(paper)
    assert data == paper.make(Someone.of(cast()[paper.person]))
    assert media.agrees(paper.media_type, data)
    assert len(data) < 500_000
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:00\+0[12]:00", paper.created)


@each([paper for paper in PAPERS if paper not in IMAGES])
def test_every_document_with_words_says_that_it_is_invented(paper: Paper) -> None:
    text = words(paper)
    if "nonXMLBody" not in text:
        assert "Document inventé" in text


@each(CDA)
def test_a_header_says_once_what_must_be_said_once(paper: Paper) -> None:
    document = read(made(paper))
    assert [etree.QName(child).localname for child in document] == sorted(
        (etree.QName(child).localname for child in document), key=ORDER.index
    )
    assert one(document, "c:realmCode/@code") == "FR"
    assert one(document, "c:typeId/@extension") == "POCD_HD000040"
    models = document.xpath("c:templateId/@root", namespaces=N)
    assert {"2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1"} < set(models)
    assert f"urn:uuid:{one(document, 'c:id/@root').lower()}" == paper.unique_id
    assert one(document, "c:code/@code") == paper.type_code
    assert one(document, "c:title") == paper.title
    assert re.fullmatch(r"\d{14}\+0[12]00", one(document, "c:effectiveTime/@value"))
    assert one(document, "c:confidentialityCode/@code") == "N"
    assert one(document, "c:languageCode/@code") == "fr-FR"
    assert one(document, "c:setId/@root") != one(document, "c:id/@root")
    assert one(document, "c:versionNumber/@value") == ("2" if paper.replaces else "1")
    for name in ("recordTarget", "custodian", "componentOf", "legalAuthenticator", "author", "documentationOf"):
        assert len(found(document, f"c:{name}")) == 1, name
    assert one(document, "c:legalAuthenticator/c:signatureCode/@code") == "S"
    assert len(found(document, "c:relatedDocument[@typeCode='RPLC']")) == (1 if paper.replaces else 0)
    assert (AROUND_A_FILE in models) == bool(found(document, "c:component/c:nonXMLBody"))


@each(CDA)
def test_a_header_names_the_person_by_her_number_and_traits(paper: Paper) -> None:
    account, role = cast()[paper.person], found(read(made(paper)), "c:recordTarget/c:patientRole")[0]
    if not account.ins:
        assert one(role, "c:id/@extension") == account.local
        assert one(role, "c:id/@root").startswith("2.25.")
        return
    assert one(role, f"c:id[@root='{INS_OID}']/@extension") == account.ins
    assert parse_ins(account.ins)
    patient = found(role, "c:patient")[0]
    assert one(patient, "c:name/c:family[@qualifier='BR']") == account.birth_name
    assert one(patient, "c:name/c:given[@qualifier='BR']") == account.first_given
    assert one(patient, "c:name/c:given[not(@qualifier)]").startswith(account.first_given)
    assert one(patient, "c:administrativeGenderCode/@code") == account.sex
    assert one(patient, "c:birthTime/@value") == account.birth_date.replace("-", "")
    assert one(patient, "c:birthplace/c:place/c:addr/c:county") == account.ins[5:10]


@each(CDA)
def test_a_header_names_who_wrote_where_and_what_was_done(paper: Paper) -> None:
    document, account = read(made(paper)), cast()[paper.author]
    for path in (
        "c:author/c:assignedAuthor",
        "c:legalAuthenticator/c:assignedEntity",
        "c:documentationOf/c:serviceEvent/c:performer/c:assignedEntity",
    ):
        assert one(document, f"{path}/c:id[@root='1.2.250.1.71.4.2.1']/@extension") == f"8{account.rpps}"
        assert one(document, f"{path}/c:code/@code")
        assert one(document, f"{path}/c:assignedPerson/c:name/c:family")
        assert one(document, f"{path}/c:representedOrganization/c:name") == account.structure
    keeper = "c:custodian/c:assignedCustodian/c:representedCustodianOrganization"
    assert one(document, f"{keeper}/c:id[@root='1.2.250.1.71.4.2.2']/@extension").startswith("1999")
    event = "c:documentationOf/c:serviceEvent"
    low, high = one(document, f"{event}/c:effectiveTime/c:low/@value"), one(document, f"{event}//c:high/@value")
    assert low < high == one(document, "c:effectiveTime/@value")
    assert one(document, f"{event}/c:performer//c:standardIndustryClassCode/@code")
    assert one(document, "c:componentOf//c:healthCareFacility/c:code/@code").startswith("SA")


@each(CDA)
def test_everything_a_document_points_to_is_in_it(paper: Paper) -> None:
    document = read(made(paper))
    names = document.xpath("//@ID")
    assert len(set(names)) == len(names)
    pointed = {value.removeprefix("#") for value in document.xpath("//c:reference/@value", namespaces=N)}
    for attribute in ("//@IDREF", "//@referencedObject"):
        pointed |= set(document.xpath(attribute))
    assert pointed <= set(names)
    assert {name for name in names if name.startswith("image")} <= pointed


@each(CDA)
def test_every_result_is_flagged_as_its_usual_values_say_and_shown_as_it_is_coded(paper: Paper) -> None:
    document = read(made(paper))
    for observation in found(document, "//c:observation"):
        value = Decimal(one(observation, "c:value/@value"))
        low, high = (
            [Decimal(text) for text in observation.xpath(f"c:referenceRange//c:{bound}/@value", namespaces=N)]
            for bound in ("low", "high")
        )
        expected = "L" if low and value < low[0] else "H" if high and value > high[0] else "N"
        flags = observation.xpath("c:interpretationCode/@code", namespaces=N)
        assert flags == ([expected] if low or high else [])
        units = set(observation.xpath(".//@unit"))
        assert len(units) == 1
        shown = one(observation, "c:code/c:originalText/c:reference/@value").removeprefix("#")
        line = "".join(document.xpath(f"//c:tr[c:td/c:content[@ID='{shown}']]//text()", namespaces=N))
        assert one(observation, "c:value/@value").replace(".", ",") in line
        assert ("haut" in line, "bas" in line) == (flags == ["H"], flags == ["L"])


def test_there_is_each_kind_of_body() -> None:
    documents = {paper: read(made(paper)) for paper in CDA}
    assert any(is_self_presentable(made(paper)) for paper in CDA)
    for path in (
        "c:component/c:nonXMLBody",
        "//c:section/c:component/c:section",
        "//c:observationMedia",
        "//c:list[@listType='ordered']",
        "//c:list[@listType='unordered']",
        "//c:footnote",
        "//c:substanceAdministration",
        "//c:observation/c:referenceRange",
    ):
        assert any(found(document, path) for document in documents.values()), path


def test_a_document_that_presents_itself_shows_what_it_holds() -> None:
    for paper in [paper for paper in CDA if is_self_presentable(made(paper))]:
        sheet = etree.fromstring(made(paper)).getroottree()
        shown = " ".join(etree.XSLT(sheet)(sheet).xpath("//text()"))
        assert paper.title in shown and "Document inventé" in shown
        assert all(title in shown for title in read(made(paper)).xpath("//c:section/c:title/text()", namespaces=N))


@each(CDA)
def test_what_is_inside_a_document_opens(paper: Paper) -> None:
    document = read(made(paper))
    for held in found(document, "//c:nonXMLBody/c:text"):
        assert held.get("mediaType") == "application/pdf"
        (page,) = pypdfium2.PdfDocument(base64.b64decode(held.text or ""))
        assert "Document inventé" in page.get_textpage().get_text_range()
    for held in found(document, "//c:observationMedia/c:value"):
        with Image.open(io.BytesIO(base64.b64decode(held.text or ""))) as image:
            assert image.format == "PNG"


@each(PDF)
def test_a_letter_opens(paper: Paper) -> None:
    assert len(pypdfium2.PdfDocument(made(paper))) >= 1


@each(IMAGES)
def test_an_image_opens(paper: Paper) -> None:
    with Image.open(io.BytesIO(made(paper))) as image:
        assert f"image/{(image.format or '').lower()}" == paper.media_type
        for frame in range(getattr(image, "n_frames", 1)):
            image.seek(frame)
            darkest, clearest = image.convert("L").getextrema()
            assert darkest < 60 and clearest > 180


def test_one_letter_is_long_and_one_scan_has_several_pages() -> None:
    assert max(len(pypdfium2.PdfDocument(made(paper))) for paper in PDF) == 12
    frames = [getattr(Image.open(io.BytesIO(made(paper))), "n_frames", 1) for paper in IMAGES]
    assert max(frames) > 1


def test_a_corrected_report_says_which_one_it_replaces() -> None:
    for second in [paper for paper in PAPERS if paper.replaces]:
        (first,) = [
            paper
            for paper in PAPERS
            if (paper.person, paper.author, paper.title) == (second.person, second.author, second.replaces)
        ]
        assert second.replaced_id == first.unique_id
        assert first.created < second.created
        before, after = read(made(first)), read(made(second))
        assert one(after, "c:relatedDocument/c:parentDocument/c:id/@root") == one(before, "c:id/@root")
        assert one(after, "c:setId/@root") == one(before, "c:setId/@root")
        assert one(after, "c:versionNumber/@value") == "2"
    assert any(paper.replaces for paper in PAPERS)


def test_an_address_kept_secret_is_in_no_document() -> None:
    hers = [made(paper) for paper in PAPERS if paper.person == "farah"]
    assert hers
    assert all(b"rue de l'Exemple" not in data for data in hers)
    written = [data for data in hers if data.startswith(b"<?xml")]
    assert all(one(read(data), "c:recordTarget/c:patientRole/c:addr/@nullFlavor") == "MSK" for data in written)


def test_a_used_name_stands_beside_the_one_of_birth() -> None:
    (paper, *_) = [paper for paper in CDA if paper.person == "salome"]
    name = found(read(made(paper)), "c:recordTarget//c:patient/c:name")[0]
    assert (one(name, "c:given[@qualifier='BR']"), one(name, "c:given[@qualifier='CL']")) == ("SIMON", "SALOMÉ")
    assert all("Simon" not in words(paper) for paper in PAPERS if paper.person == "salome" and paper not in IMAGES)
