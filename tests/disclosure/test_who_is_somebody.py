"""What names nobody has no book of its own, and is answered for by no other's."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import attrs
import pytest

import voxvalley_privacy as vp
from voxvalley_privacy import stores
from voxvalley_privacy.disclosure import Disclosure, feed_page, subprocessor_page
from voxvalley_privacy.stores import FixedClock

from .conftest import ANA, KEYS, LOGSHIP, NOW, policy_with, register_with

NOBODIES = [["+14155550132"], b"+14155550133", {"n": ANA}, object(), "  ", "", None, True, ()]


@pytest.mark.parametrize("nobody", NOBODIES)
def test_nothing_goes_to_anybody_about_nobody(nobody):
    """A record whose person cannot be told from others does not leave."""
    policy = policy_with()
    ask = Disclosure(
        to="logship", purpose="support", about=nobody, fields={"sid"}, origin="US", at=NOW
    )
    assert policy(ask).codes == ("error.input",)
    assert policy(attrs.evolve(ask, about=ANA, also=(nobody,))).codes == ("error.input",)
    assert policy(attrs.evolve(ask, about=ANA, also=("client:7",)))
    assert policy.accounting(nobody) == ()


@pytest.mark.parametrize("nobody", NOBODIES)
def test_nobody_was_told_that_posts_are_public(nobody):
    """An author that cannot be told from others is asked, and cannot have agreed."""
    posts = vp.PublicPosts(
        redact=vp.Redactor(vp.policies.public(KEYS)), acknowledged=stores.memory(), keys=KEYS
    )
    for step in (posts.acknowledge, lambda one: posts.delete(one, "P")):
        with pytest.raises(vp.ConfigurationError, match="author"):
            step(nobody)
    assert posts("hello", author=nobody).codes == ("post.acknowledge",)


def test_each_person_of_a_list_is_in_the_book():
    """A message to a group is on record for each of the group."""
    policy = policy_with()
    send = policy.to("logship", purpose="support", about="to", origin="US")
    group = [ANA, "+14155550133"]
    assert send({"to": group, "sid": "CA1", "status": "sent"})["status"] == "sent"
    assert [len(policy.accounting(person)) for person in group] == [1, 1]


def test_a_name_on_the_register_is_only_a_name():
    """A name with marks of XML, HTML or Markdown, or with controls, breaks no page and no feed."""
    name = "<script>x</script>\x00\x0b & | a\\| b\r\n# h"
    register = register_with(attrs.evolve(LOGSHIP, name=name))
    assert (
        "script"
        in ET.fromstring(feed_page(register, url="https://example.com", form="atom"))[3][1].text
    )
    page = subprocessor_page(register, day=NOW.date().replace(month=12))
    assert "<script" not in page
    assert "\n# h" not in page
    assert "a\\\\\\| b" in page


def test_a_request_that_cannot_be_stored_does_not_stop_others():
    """One step that no store takes waits by itself; the next person is answered."""

    class Picky:
        """A store that refuses one kind of event."""

        def __init__(self):
            self._store = stores.memory()

        def append(self, *drafts, **how):
            if any(draft.kind == "objected" for draft in drafts):
                raise ValueError("not this one")
            return self._store.append(*drafts, **how)

        def __getattr__(self, name):
            return getattr(self._store, name)

    register = vp.RecipientRegister(Picky(), keys=KEYS, clock=FixedClock(NOW))
    rights = vp.SubjectRights([], register=register)
    assert rights.object(rights.open(ANA, "object", received=NOW, place="GB"), "marketing")
    other = rights.open("+14155550133", "access", received=NOW, place="GB")
    assert rights.access(rights.verify(other, method="account"))
    assert len(rights.unstored) == 1
    assert not rights.may_use(ANA, "marketing")
