"""A project is known to the person who opened it, and by that no other project is."""

import uuid

from lnl_gui.store.origin import is_known, signature


def test_a_signature_is_of_one_project_alone() -> None:
    one, other = str(uuid.uuid4()), str(uuid.uuid4())
    signed = signature(one)
    assert signed and signature(one) == signed
    assert is_known({"uuid": one, **signed})
    assert not is_known({"uuid": other, **signed})
    assert not is_known({"uuid": one})
