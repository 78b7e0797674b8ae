"""The demand that a log sends to a witness: one written form."""

import base64

import pytest

from espace_sante.journal.add_checkpoint import AddCheckpoint, parse_size
from espace_sante.journal.notes import NoteRefused, parse_note

# The example of C2SP tlog-witness, add-checkpoint.
EXAMPLE = """old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
""".encode()
STEP = base64.b64encode(bytes(32)).decode()


def test_the_example_of_the_specification_is_read_and_written_again():
    asked = AddCheckpoint.parse(EXAMPLE)
    assert (asked.old_size, len(asked.proof)) == (20_852_014, 4)
    assert parse_note(asked.note).text.splitlines()[1] == "20852163"
    assert bytes(asked) == EXAMPLE


def test_a_demand_without_proof_has_the_empty_line_at_once():
    assert bytes(AddCheckpoint(0, (), b"note")) == b"old 0\n\nnote"
    assert AddCheckpoint.parse(b"old 0\n\nnote") == AddCheckpoint(0, (), b"note")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"old\n\nnote",
        b"old 1",
        b"old 1\n",
        b"old 01\n\nnote",
        b"old -1\n\nnote",
        b"old +1\n\nnote",
        b"old 1 \n\nnote",
        b"old  1\n\nnote",
        b"Old 1\n\nnote",
        b"old 1\r\n\nnote",
        b"old 9223372036854775808\n\nnote",  # 2⁶³
        b"old 1\nAAAA\n\nnote",
        f"old 1\n{STEP[:-1]}\n\nnote".encode(),
        f"old 1\n{STEP} \n\nnote".encode(),
        f"old 1\n{STEP.replace('AA=', 'AB=')}\n\nnote".encode(),  # unused bits
        f"old 1\n{STEP}\r\n\nnote".encode(),
        "old 1\né\n\nnote".encode(),
        ("old 1\n" + f"{STEP}\n" * 64 + "\nnote").encode(),
        b"old 1\n\n" + b"x" * 65_536,
    ],
)
def test_every_other_form_is_refused(content):
    with pytest.raises(NoteRefused):
        AddCheckpoint.parse(content)


def test_63_steps_are_read():
    assert len(AddCheckpoint.parse(("old 1\n" + f"{STEP}\n" * 63 + "\nnote").encode()).proof) == 63


def test_a_size_is_read_in_its_one_form():
    assert [parse_size(content) for content in (b"0\n", b"20852163\n")] == [0, 20_852_163]
    for content in (b"", b"1", b"01\n", b"-1\n", b"1\n\n", b"1 \n", b"9223372036854775808\n", b"x\n"):
        with pytest.raises(NoteRefused):
            parse_size(content)
