#!/usr/bin/env python3
"""Recompute the public figures of espace-sante. Python 3.9 or later, standard library only; imports nothing of the service.

    indicators.py publie indicateurs.csv         what anybody may do: from the published cells, the sums of each series
    indicators.py exploitant brut.csv AAAA-MM-JJ what the operator may do: from the raw daily counts, the published cells
    indicators.py delais brut.csv AAAA-MM-JJ     the same, how long each act took by each channel

The first gives the bytes of donnees/indicateurs-sommes.csv, of the cells by channel alone; the others those of indicateurs.csv and of
indicateurs-delais.csv, whatever the machine. The raw counts are not published: a number under eleven may point at somebody.
Exit 0: written; 1: the file is not what it should be; 2: the words are not those of the usage.
Rules: docs/specs/indicators.md.
"""

import csv
import errno
import io
import sys
from calendar import monthrange
from datetime import date, timedelta

COLUMNS = ["periode", "serie", "departement", "au_moins", "au_plus"]
RAW = ["jour", "serie", "nombre"]
TOOK = ["periode", "demarche", "voie", "moitie_au_plus", "95_sur_100_au_plus"]
CLASSES = ["5s", "1min", "1d", "2d", "3d", "5d", "10d", "20d", "more"]
NOWHERE = "non précisé"
WAYS = ["web", "api", "counter", "paper", "phone"]
BY_DEPARTMENT = ("open_space", "refuse_space", "close_space")
DAILY = [
    *[case + "-" + end for case in ("emergency", "contest", "mistake") for end in ("in-7", "in-14", "in-31", "late")],
    *["letter-printed", "letter-late"],
    *["page-machine", "page-person", "page-late"],
    *["read-" + who for who in ("own", "professional", "emergency", "app", "counter", "court")],
    *["refused-professional", "refused-app"],
]
# act -> what it undoes
DONE = (
    "open_space refuse_space grant_access mask block issue_access_card authorise_app allow_secondary_use"
    " set_emergency_will refuse_emergency"
)
UNDONE = (
    "close_space=open_space reopen_space=close_space reverse_refusal=refuse_space withdraw_access=grant_access unmask=mask"
    " unblock=block revoke_access_card=issue_access_card end_app=authorise_app end_secondary_use=allow_secondary_use"
)
ACTS = {**{act: None for act in DONE.split()}, **dict(pair.split("=") for pair in UNDONE.split())}


USAGE = """usage :
  indicators.py publie indicateurs.csv          refait les sommes de chaque série, depuis les chiffres publiés (pour tous)
  indicators.py exploitant brut.csv AAAA-MM-JJ  refait les chiffres publiés, depuis les comptes bruts de chaque jour (pour l'exploitant)
  indicators.py delais brut.csv AAAA-MM-JJ      refait les délais publiés, depuis les mêmes comptes

Python 3.9 ou plus récent, rien d'autre. Sortie 0 : écrit ; 1 : le fichier n'est pas ce qu'il doit être ; 2 : la commande n'est pas juste.
Règles : docs/specs/indicators.md."""
# What the system says of a file, in French: its own words follow the language of the machine.
WHY = {
    errno.ENOENT: "il n'existe pas",
    errno.EISDIR: "c'est un dossier",
    errno.EACCES: "accès refusé",
    errno.ENOTDIR: "ce qui devrait être un dossier n'en est pas un",
}


class Misused(Exception):
    """Words that are not those of the usage."""


class Wrong(Exception):
    """A file that is not what it should be."""


def cells_of(raw, today):
    """Return [period, series, least, most] of each cell; `raw`: (day, series) -> number; most "" when nothing says."""
    known = set(DAILY) | {act + ":" + way for act in ACTS for way in WAYS}
    days = sorted(day for day, series in raw if series in known)
    found, explained = [], {}
    year, month = (days[0].year, days[0].month) if days else (9999, 12)
    while True:
        length = monthrange(year, month)[1]
        if date(year, month, length) + timedelta(days=1) >= today:
            return found
        name = f"{year:04d}-{month:02d}"
        each = [date(year, month, day + 1) for day in range(length)]
        if not room_in_journal(raw, each):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
            continue
        for series in DAILY:
            numbers = [raw.get((day, series), 0) for day in each]
            if min(numbers) > 10:
                found += [[str(day), series, *bounds(number)] for day, number in zip(each, numbers)]
            else:
                found.append([name, series, *bounds(sum(numbers))])
        for act in ordered():
            of_act = [
                [name, act + ":" + way, *bounds(sum(raw.get((day, act + ":" + way), 0) for day in each))]
                for way in WAYS
            ]
            so_far = explained.get(act, 0) + sum(cell[2] for cell in of_act)
            undoes = ACTS[act]
            if undoes and so_far > explained.get(undoes, 0):
                of_act = [[period, series, 0, ""] for period, series, _, _ in of_act]
            else:
                explained[act] = so_far
                if undoes:
                    of_act = [[p, s, least, most if least else ""] for p, s, least, most in of_act]
            found += of_act
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def room_in_journal(raw, each):
    """Say whether the public journal has enough lines for each number to be all that it may be, and one more a day."""
    free, taken = [raw.get((day, "line"), 0) for day in each], len(each)
    for series in DAILY + [act + ":" + way for act in ACTS for way in WAYS]:
        numbers = [raw.get((day, series), 0) for day in each]
        if series in DAILY and min(numbers) > 10:
            free = [left - bounds(number)[1] for left, number in zip(free, numbers)]
        else:
            taken += bounds(sum(numbers))[1]
    return min(free) >= 0 and sum(free) >= taken


def departments_of(raw, cells):
    """Return [month, act, department, least, most] of each department that is shown beside the cells by channel."""
    said, found, shown = {}, [], {}
    for (day, series), number in raw.items():
        act, at, department = series.partition("@")
        if at and act in BY_DEPARTMENT:
            key = (str(day)[:7], act)
            said.setdefault(key, {})[department] = said.get(key, {}).get(department, 0) + number
    for period in sorted({cell[0] for cell in cells if cell[1].partition(":")[0] in BY_DEPARTMENT}):
        for act in BY_DEPARTMENT:
            of_act = []
            for department, number in said.get((period, act), {}).items():
                least, most = bounds(number)
                before = shown.get((act, department), 0)
                enough = not ACTS[act] or before + least <= shown.get((ACTS[act], department), 0)
                if least and enough:
                    of_act.append([period, act, department, least, most])
            # The smallest first; of two alike, the last one in the order of their codes.
            of_act.sort(key=lambda cell: cell[2], reverse=True)
            of_act.sort(key=lambda cell: cell[3])
            while sum(cell[3] for cell in of_act) > room(cells, period, act):
                del of_act[0]
            for cell in of_act:
                shown[act, cell[2]] = shown.get((act, cell[2]), 0) + cell[3]
            found += of_act
    return found


def room(cells, period, act):
    """Return how much may be shown by department: all that the channels can be but ten; of what undoes, all that they are at least."""
    channels = [cell for cell in cells if cell[0] == period and cell[1] in [act + ":" + way for way in WAYS]]
    if len(channels) < len(WAYS):
        return 0
    return sum(cell[2] for cell in channels) if ACTS[act] else sum(cell[3] or 0 for cell in channels) - 10


def delays_of(raw, cells):
    """Return [period, act, channel, class of half, class of 95 in 100 or ""]: at least so many took no longer."""
    found, monthly = [], {}
    for (day, series), number in raw.items():
        month = str(day)[:7]
        monthly[month, series] = monthly.get((month, series), 0) + number
    for period, series, least, _ in cells:
        act, _, way = series.partition(":")
        if act not in ACTS or least < 11:
            continue
        took = [monthly.get((period, "delay:" + series + ":" + one), 0) for one in CLASSES]
        half, most = within(took, least, 0.5), within(took, least, 0.95)
        if half and sum(took) == monthly.get((period, series), 0):
            found.append([period, act, way, half, most])
    return sorted(found)


def within(took, least, share):
    """Return the first class of more than ten acts beyond which few enough are left, those of small classes taken for more."""
    for place, one in enumerate(CLASSES):
        small = [number for number in took[place + 1 :] if number <= 10]
        beyond = sum(took[place + 1 :]) - sum(small)
        if len(small) == 2 or sum(small) > 10:
            beyond += 10 * len(small)
        elif small:
            beyond += 10
        if took[place] > 10 and round(least * (1 - share), 2) >= max(beyond, 10):
            return one
    return ""


def bounds(number):
    """Return what is shown of a number: 0 to 10, or the five numbers that end at a multiple of five."""
    if number <= 10:
        return 0, 10
    top = number + (-number) % 5
    return top - 4, top


def ordered():
    """Return the acts, what undoes after what it undoes."""
    found, left = [], dict(ACTS)
    while left:
        ready = [act for act in left if left[act] is None or left[act] in found]
        found += ready
        for act in ready:
            del left[act]
    return found


def sums_of(cells):
    """Return [series, least, most] of each series, from [period, series, least, most]."""
    found = {}
    for _, series, least, most in cells:
        low, high = found.get(series, (0, 0))
        found[series] = (low + least, "" if "" in (high, most) else high + most)
    return [[series, low, high] for series, (low, high) in sorted(found.items())]


def written(columns, rows):
    """Return a CSV file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


def published(text):
    """Return the sums of the cells by channel; a number under eleven is refused, and departments that would give one away too."""
    cells, by_department = [], {}
    for number, row in enumerate(lines(text, COLUMNS), 2):
        try:
            period, series, department, least, most = row
            cell = [period, series, int(least), "" if most == "" else int(most)]
        except ValueError:
            raise Wrong(f"ligne {number} : ne se lit pas") from None
        whole = cell[3] != "" and cell[3] % 5 == 0 and cell[3] - cell[2] == 4 and cell[2] >= 11
        if (cell[2], cell[3]) not in ((0, 10), (0, "")) and not whole:
            raise Wrong(f"ligne {number} : montre un nombre de moins de 11, ou mal arrondi")
        if department == NOWHERE:
            cells.append(cell)
            continue
        if series not in BY_DEPARTMENT or not cell[2]:
            raise Wrong(f"ligne {number} : ne se compte pas par département")
        by_department[period, series] = by_department.get((period, series), 0) + cell[2]
    refuse_together(cells)
    for (period, act), least in by_department.items():
        if least > room(cells, period, act):
            raise Wrong(f"{period}, {act} : les départements montrés en font deviner un autre")
    return written(["serie", "au_moins", "au_plus"], sums_of(cells))


def refuse_together(cells):
    """Refuse cells that stand twice, a day without all the others of its month or beside it, what undoes and is not explained."""
    known, given, least = set(DAILY) | {act + ":" + way for act in ACTS for way in WAYS}, {}, {}
    for cell in cells:
        period, series = cell[0], cell[1]
        if series not in known or (period, series) in given:
            raise Wrong(f"{period}, {series} : inconnu, ou deux fois")
        given[period, series] = cell
    for (period, series), cell in given.items():
        try:
            first = date.fromisoformat(period[:7] + "-01")
        except ValueError:
            raise Wrong(f"{period} : ni un jour, ni un mois") from None
        month = f"{first.year:04d}-{first.month:02d}"
        days = [f"{month}-{day + 1:02d}" for day in range(monthrange(first.year, first.month)[1])]
        if period == month:
            key = (period, series.partition(":")[0])
            least[key] = least.get(key, 0) + cell[2]
        elif period not in days or series not in DAILY or not cell[2]:
            raise Wrong(f"{period}, {series} : ne se montre pas par jour")
        elif (month, series) in given or any((day, series) not in given for day in days):
            raise Wrong(f"{period}, {series} : un jour seul, ou à côté de son mois, en fait deviner un autre")
    shown = {}
    for period in sorted({period for period, _ in least}):
        for act in ordered():
            mine = least.get((period, act), 0)
            shown[act] = shown.get(act, 0) + mine
            if ACTS[act] and mine and shown[act] > shown.get(ACTS[act], 0):
                raise Wrong(f"{period}, {act} : rien de montré ne l'explique")


def operated(text, today, delays=False):
    """Return the published cells, or how long acts took, from the raw daily counts."""
    raw = {}
    for number, row in enumerate(lines(text, RAW), 2):
        try:
            day, series, count = row
            key = (date.fromisoformat(day), series)
            raw[key] = raw.get(key, 0) + int(count)
        except ValueError:
            raise Wrong(f"ligne {number} : ne se lit pas") from None
    cells = cells_of(raw, today)
    if delays:
        return written(TOOK, delays_of(raw, cells))
    by_channel = [[period, series, NOWHERE, least, most] for period, series, least, most in cells]
    return written(COLUMNS, sorted(by_channel + departments_of(raw, cells)))


def lines(text, columns):
    """Return the rows under the names of the columns."""
    try:
        head, *rows = list(csv.reader(io.StringIO(text, newline=""))) or [[]]
    except csv.Error:
        raise Wrong("ne se lit pas") from None
    if head != columns:
        raise Wrong("la première ligne doit être : " + ",".join(columns))
    return rows


def words_of(arguments):
    """Return what is asked: the mode, the file, the day or None."""
    try:
        mode, path, *rest = arguments
        if mode == "publie" and not rest:
            return mode, path, None
        if mode in ("exploitant", "delais"):
            (day,) = rest
            return mode, path, date.fromisoformat(day)
    except ValueError:
        pass
    raise Misused


def answered(mode, path, today):
    """Return the file that is asked for."""
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    return published(text) if mode == "publie" else operated(text, today, delays=mode == "delais")


def main(arguments):
    """Run; returns the exit code."""
    if set(arguments) & {"-h", "--help"}:
        print(USAGE)
        return 0
    try:
        answer = answered(*words_of(arguments))
    except Wrong as wrong:
        print(f"Refusé : {wrong}.", file=sys.stderr)
        return 1
    except UnicodeDecodeError:
        print("Ce fichier ne se lit pas : ce n'est pas un texte en UTF-8.", file=sys.stderr)
        return 1
    except OSError as fault:
        why = WHY.get(fault.errno, errno.errorcode.get(fault.errno, "raison inconnue"))
        print(f"Ce fichier ne se lit pas : {why}.", file=sys.stderr)
        return 1
    except Misused:
        print(USAGE, file=sys.stderr)
        return 2
    sys.stdout.buffer.write(answer.encode("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
