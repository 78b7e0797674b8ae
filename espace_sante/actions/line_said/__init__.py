"""One record of the journal in words: who, what, by which way, of which sort, and why; the same on every page, paper and answer.

One file by theme: the words of acts (`of_…`), the sentence, the reasons, the sorts. Pure: values in, words out.
"""

from espace_sante.actions.line_said.kinds import GROUP_WORDS, counted_said, counts_said
from espace_sante.actions.line_said.sentence import CHANNEL_WORDS, JournalLine, line_of

__all__ = ["CHANNEL_WORDS", "GROUP_WORDS", "JournalLine", "counted_said", "counts_said", "line_of"]
