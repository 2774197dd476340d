"""What the widgets of this program have in common: rows, drawn line by line and kept."""

from __future__ import annotations

from typing import Self

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from aztui.ui.theme import paint
from aztui.ui.widgets.rows import Row


class Kept(Widget):
    """Keeps its lines until they change.

    When anything is painted, Textual asks every widget on the screen for its lines, and to
    compare style sheets for each of them costs more than the text itself.
    """

    _kept: tuple[Region, list[Strip]] | None = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines of a region."""
        if self._kept is None or self._kept[0] != crop:
            self._kept = (crop, self.draw_lines(crop))
        return self._kept[1]

    def draw_lines(self, crop: Region) -> list[Strip]:
        """Draw the lines of a region anew."""
        return super().render_lines(crop)

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Draw again, as Textual's own method does."""
        self._kept = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """Draw again with other styles."""
        self._kept = None
        super().notify_style_update()


class Lines(Kept):
    """Shows rows, from edge to edge: its style sheet has no border and no padding."""

    ALLOW_SELECT = False

    def row(self, y: int) -> Row:
        """Return what stands in a line of the screen; y counts from the widget's top."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen, without colour where the terminal has none."""
        strip = paint(self.row(y), self.size.width, dark=self.app.current_theme.dark)
        for line_filter in self.app.get_line_filters():
            strip = strip.apply_filter(line_filter, self.background_colors[1])
        return strip

    def draw_lines(self, crop: Region) -> list[Strip]:
        """Draw the lines of a region anew."""
        strips = [self.render_line(y) for y in crop.line_range]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips
