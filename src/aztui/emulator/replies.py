# ruff: noqa: RUF001 - letters of other scripts are the point of one of these texts
"""The texts of the scripted replies: every kind of text that a screen must cope with."""

from __future__ import annotations

from typing import Final

_TRANSFORMER: Final = """\
1. A transformer is a neural network that reads a whole text at once instead of word by word.
2. Self-attention lets every token look at every other one and weigh how much each matters.
3. Several attention heads do this side by side, each with an eye for another kind of relation.
4. Since attention alone knows no order, each token also carries its position.
5. Layers of attention and feed-forward networks are stacked, and the last one predicts what \
comes next.
"""

_HEADINGS: Final = """\
# A short answer

This reply was written by a person and is the same every time. It stands in for a model, so \
that everything around the model can be tried without an account.

## What to try next

- Stop an answer in the middle: what has come stays where it is.
- Ask again with the terminal at another width:
  - at forty columns, long sentences wrap early;
  - at two hundred, prose still keeps to a readable measure.
- Scroll up while the answer is still coming.

## What to keep in mind

> A scripted reply does not know what you asked. Only its choice depends on your prompt.

That is all, **really**: the *emphasis* and the `code` are here to be seen.
"""

_CODE: Final = """\
Here is a small program that counts the words of a file:

```python
import sys
from collections import Counter
from pathlib import Path


def most_common(path: Path, count: int = 10) -> list[tuple[str, int]]:
    words = path.read_text(encoding="utf-8").lower().split()
    return Counter(words).most_common(count)


if __name__ == "__main__":
    for word, times in most_common(Path(sys.argv[1])):
        print(f"{times:6d}  {word}")
```

Run it with `python words.py novel.txt`. It prints one line a word:

```text
   412  the
   237  and
   198  of
```
"""

_TABLE: Final = """\
The planets closest to the sun, with their distance in millions of kilometres:

| planet  | distance | day          | moons |
| ------- | -------: | ------------ | ----: |
| Mercury |     57.9 | 58.6 days    |     0 |
| Venus   |    108.2 | 243 days     |     0 |
| Earth   |    149.6 | 23.9 hours   |     1 |
| Mars    |    227.9 | 24.6 hours   |     2 |

Venus turns so slowly that its day is longer than its year.
"""

_WIDE: Final = """\
The same greeting in several scripts:

- 日本語: こんにちは、世界。今日はいい天気ですね。
- 中文: 你好，世界。这是一个用来测试宽字符换行的比较长的句子。
- 한국어: 안녕하세요, 세계.
- Ελληνικά: Γειά σου, κόσμε.
- हिन्दी: नमस्ते दुनिया
- Combining marks: Zu\u0308rich, cafe\u0301, n\u0303

And a few pictures: 👋 🌍 👩‍💻 👨‍👩‍👧‍👦 🏳️‍🌈 🇯🇵 👍🏽 ❤️. Each is one character to a reader.
"""

REPLIES: Final = (_TRANSFORMER, _HEADINGS, _CODE, _TABLE, _WIDE)
"""What is answered."""

_SHIP: Final = """\
 first ship appeared on the horizon, low and grey, and nobody on the quay could say whose it was. \
It came in without a light. When it touched the stones, the only sound was the rope.
"""

_DRAWER: Final = """\
 reason was simple enough, once it had been written down. Nobody had asked. The letters lay in \
the drawer for eleven years, and the drawer was never locked.
"""

_CLOCK: Final = """\
 next morning everything was as it had been: the cups on the table, the window half open, the \
dog asleep. Only the clock had stopped, and it had stopped at noon.
"""

CONTINUATIONS: Final = (_SHIP, _DRAWER, _CLOCK)
"""How an unfinished prompt goes on in completions."""

LOREM: Final = (
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut "
    "labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco "
    "laboris nisi ut aliquip ex ea commodo consequat.\n\nDuis aute irure dolor in reprehenderit in "
    "voluptate velit esse cillum dolore eu fugiat nulla pariatur. Excepteur sint occaecat "
    "cupidatat non proident, sunt in culpa qui officia deserunt mollit anim id est laborum.\n\n"
)
"""What `lorem N` and `long` are made of."""

MARKDOWN: Final = """\
# Self-attention

Attention lets **every token look at every other one**. It is *not* recurrent, it needs no \
convolution, and it is the heart of the [transformer](https://arxiv.org/abs/1706.03762).

## How it works

1. Each token is projected to a **query**, a **key** and a **value**.
2. The query is compared with all keys:
   - the scores are scaled by `sqrt(d_k)`, so that they do not grow with the width;
   - `softmax` turns them into weights that add up to one:
     - large scores become nearly 1,
     - small ones nearly 0.
3. The values are added up with these weights.

```python
import math

import numpy as np


def attention(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    '''Scaled dot-product attention, shapes (n, d).'''
    scores = q @ k.T / math.sqrt(k.shape[-1])  # (n, n)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True) @ v
```

### What it costs

| layer          | operations | steps in a row | longest path |
|:---------------|-----------:|:--------------:|-------------:|
| self-attention | n² · d     |       1        |            1 |
| recurrent      | n · d²     |       n        |            n |
| convolutional  | k · n · d² |       1        |     log_k(n) |

> Attention is cheaper than recurrence as long as the text is shorter than the model is wide.
>
> Beyond that, ~~everything~~ most of it is spent on scores that are nearly zero.

- [x] read the paper
- [ ] try it with longer texts, in other scripts too: 注意 is Japanese, 👩‍💻 a single sign
- [ ] plot the weights

***

Run it like this:

```sh
python attention.py --tokens 4096 | sort -n > weights.txt
```

"""
"""Every kind of Markdown that answers are written in; it can be repeated."""
