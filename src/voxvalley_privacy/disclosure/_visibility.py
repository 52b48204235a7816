"""How much one user, or everyone, sees of another: the most private of all settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from ..errors import ConfigurationError

__all__ = ["VisibilityPolicy"]

# From the closest viewer to the farthest, and how far a setting lets each come.
_VIEWERS = {"self": 0, "contact": 1, "member": 2, "public": 3}
_KNOWN_SHAPES = 1024
_SETTINGS = {"private": 0, "contacts": 1, "members": 2, "public": 3}


@attrs.frozen(kw_only=True)
class VisibilityPolicy:
    """
    Show of a profile what all settings allow; the only way that lists, search and notices read one.

    Args:
        default: The setting of a field that nobody set: `private`, `contacts`, `members` or
            `public`.

        customer: Field -> setting, by the customer whose users these are.

        vendor: Field -> setting, by the vendor.

        id_field: The field that names a profile without saying anything of the person.

        settings_field: Where a profile keeps its own settings, field -> setting. Settings that are
            not a mapping hide every field.
    """

    default: str = "private"
    customer: Mapping[str, str] = attrs.field(factory=dict, converter=dict, hash=False)
    vendor: Mapping[str, str] = attrs.field(factory=dict, converter=dict, hash=False)
    id_field: str = "id"
    settings_field: str = "visibility"
    _shapes: dict[object, tuple[str, ...]] = attrs.field(
        factory=dict, init=False, repr=False, eq=False
    )

    def __attrs_post_init__(self) -> None:
        given = {"default": self.default, **self.customer, **self.vendor}
        if not set(given.values()) <= set(_SETTINGS):
            raise ConfigurationError("A setting is private, contacts, members or public.")

    def __call__(self, profile: Mapping[str, Any], *, viewer: str) -> dict[str, Any]:
        """
        Return the fields of *profile* that this viewer may see, and its id.

        Args:
            profile: The profile, with its own settings.

            viewer: `self`, `contact`, `member` or `public`; anything else counts as `public`.
        """
        own = profile.get(self.settings_field)
        if own is not None and not isinstance(own, Mapping):
            # Settings that cannot be read may say anything: nothing is shown.
            return {self.id_field: profile.get(self.id_field)}
        settings = tuple(own.items()) if own else ()
        try:
            names = self._shown(viewer, tuple(profile), settings)
        except TypeError:  # a setting that cannot be looked up is not one
            return {self.id_field: profile.get(self.id_field)}
        return {name: profile[name] for name in names}

    def _shown(
        self, viewer: str, names: tuple[str, ...], own: tuple[tuple[str, Any], ...]
    ) -> tuple[str, ...]:
        """Return the fields that a viewer may see; worked out once for profiles of one shape."""
        shape = (viewer, names, own)
        known = self._shapes.get(shape)
        if known is None:
            reach = _VIEWERS.get(viewer, _VIEWERS["public"])
            settings = dict(own)
            known = tuple(
                name
                for name in names
                if name == self.id_field
                or (name != self.settings_field and reach <= self._reach_of(name, settings))
            )
            if len(self._shapes) >= _KNOWN_SHAPES:
                self._shapes.clear()
            self._shapes[shape] = known
        return known

    def _reach_of(self, name: str, own: Mapping[str, Any]) -> int:
        said = [own.get(name), self.customer.get(name), self.vendor.get(name)]
        known = [_SETTINGS.get(setting, 0) for setting in said if setting is not None]
        return min(known, default=_SETTINGS[self.default])

    def many(
        self, profiles: Iterable[Mapping[str, Any]], /, *, viewer: str
    ) -> list[dict[str, Any]]:
        """Return the views of profiles in the order of their ids, which no hidden value decides."""
        views = [self(profile, viewer=viewer) for profile in profiles]
        if any(view.get(self.id_field) is None for view in views):
            return sorted(views, key=repr)  # by what is shown, where there is no id
        return sorted(views, key=lambda view: str(view[self.id_field]))

    def search(
        self,
        profiles: Iterable[Mapping[str, Any]],
        matches: Callable[[Mapping[str, Any]], bool],
        /,
        *,
        viewer: str,
        limit: int = 50,
    ) -> list[dict[str, Any]]:
        """
        Return the views that match: *matches* sees views only, so a hidden value finds nobody.

        An error of *matches* counts as no match.
        """
        hits = [view for view in self.many(profiles, viewer=viewer) if _matches(matches, view)]
        return hits[:limit]

    def around(
        self, query: Callable[..., Iterable[Mapping[str, Any]]], /, *, viewer: str
    ) -> Callable[..., list[dict[str, Any]]]:
        """Return *query* with views instead of profiles, for results of an API or a database."""

        def call(*args: object, **settings: object) -> list[dict[str, Any]]:
            return self.many(query(*args, **settings), viewer=viewer)

        return call


def _matches(matches: Callable[[Mapping[str, Any]], bool], view: Mapping[str, Any]) -> bool:
    try:
        return bool(matches(view))
    except Exception:  # an error may depend on what a view lacks; it says nothing here
        return False
