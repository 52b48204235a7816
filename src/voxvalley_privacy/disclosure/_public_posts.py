"""Posts that everybody can read: asked about before the first, looked through before each."""

from __future__ import annotations

from ..decisions import Decision, Obligation
from ..errors import ConfigurationError
from ..keys import KeyRing
from ..ledgers import Book, body_of, fault_code
from ..protocols import Redact
from ..stores import Clock, EventStore, system_clock
from ._disclosure_book import is_somebody
from ._disclosure_reasons import because

__all__ = ["PublicPosts"]


class PublicPosts:
    """
    Ask before a first post, and turn what a redactor finds in a draft into duties.

    Args:
        redact: A redactor of the public policy.

        acknowledged: The store of who was told that posts are public, or a book in one.

        keys: Makes tokens and seals events in a store. Without them every author is asked again
            after the process ends.

        clock: The time of what is written.
    """

    def __init__(
        self,
        *,
        redact: Redact,
        acknowledged: EventStore | Book,
        keys: KeyRing | None = None,
        clock: Clock = system_clock,
    ) -> None:
        self._redact = redact
        self._book = (
            acknowledged
            if isinstance(acknowledged, Book)
            else Book(acknowledged, keys=keys or KeyRing.generate(), name="posts", clock=clock)
        )

    def acknowledge(self, author: object, /) -> None:
        """
        Record that a person was told that posts are public.

        Raises:
            voxvalley_privacy.ConfigurationError: If the author is named by nothing that differs
                from one to the next.

            voxvalley_privacy.StoreError: If it was not stored.
        """
        self._book.write(self._of(author), "acknowledged", {})

    def derived(self, author: object, post: str, copy: str, /) -> None:
        """
        Record a copy that was made of a post, such as a thumbnail or an index entry.

        Raises:
            voxvalley_privacy.StoreError: If it was not stored.
        """
        self._book.write(self._of(author), "derived", {"post": post, "copy": copy})

    def _of(self, author: object) -> tuple[str, ...]:
        """Return the streams of an author; what names nobody would share one with all such."""
        if not is_somebody(author):
            raise ConfigurationError("An author is named by a number, an address or an id.")
        return self._book.of_person(author)

    def __call__(self, draft: str, /, *, author: object = None) -> Decision:
        """
        Decide about a draft; the value is the draft as the redactor would publish it.

        Args:
            draft: The text.

            author: Who wrote it; without one nobody can be known to have been told, and is asked.
        """
        try:
            known = is_somebody(author)
            events = self._book.read(self._book.of_person(author)) if known else ()
            redacted = self._redact.text(draft)
        except Exception as error:  # whatever fails: nothing is published
            return Decision.deny(because(fault_code(error)))
        if not any(event.kind == "acknowledged" for event in events):
            tell = Obligation(code="post.tell_public", text="Say that everybody can read posts.")
            return Decision.deny(because("post.acknowledge"), obligations=[tell])
        duties = []
        if redacted != draft:
            duties.append(
                Obligation(
                    code="post.show_findings",
                    text="Show the author what is personal in the draft, and offer it redacted.",
                )
            )
        return Decision.allow(because("post.allowed"), obligations=duties, value=redacted)

    def delete(self, author: object, post: str, /) -> Decision:
        """
        Return the duty to delete a post and its copies; the value names the copies.

        Raises:
            voxvalley_privacy.StoreError: If the book cannot be read and proved.
        """
        bodies = [
            body_of(event) for event in self._book.read(self._of(author)) if event.kind == "derived"
        ]
        copies = [body["copy"] for body in bodies if body.get("post") == post]
        gone = Obligation(code="post.delete", text="Delete the post.")
        duties = [gone]
        if copies:
            duties.append(
                Obligation(code="post.delete_copies", text="Delete every copy that was made.")
            )
        return Decision.allow(because("request.done"), obligations=duties, value=tuple(copies))
