"""The list of what is shipped as CycloneDX has it, the same for the same parts."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from frozen.licence_texts import Part
from packageurl import PackageURL

SCHEMA = SchemaVersion.V1_6
_OWN = uuid.UUID("0a4c9d1e-3f5b-5e0a-9a64-6c6e6c2d6775")
"""Of the numbers of lists made here, so that they follow from what is in them."""


def bill(parts: Sequence[Part], *, release: str, epoch: int) -> str:
    """CycloneDX 1.6 as JSON.

    Args:
        parts: all that is shipped with LNL.
        release: version of LNL.
        epoch: the time it is dated by, in seconds.
    """
    own = Component(
        name="lnl-gui",
        version=release,
        type=ComponentType.APPLICATION,
        licenses=_licences("Apache-2.0"),
        purl=PackageURL("pypi", None, "lnl-gui", release),
        bom_ref=f"pkg:pypi/lnl-gui@{release}",
    )
    made = {part.name: _component(part) for part in parts}
    listed = Bom(
        components=made.values(),
        metadata=BomMetaData(component=own, timestamp=datetime.fromtimestamp(epoch, UTC)),
        serial_number=uuid.uuid5(_OWN, repr([(release, epoch), *parts])),
    )
    listed.register_dependency(own, made.values())
    for part in parts:
        listed.register_dependency(made[part.name], [made[n] for n in part.requires if n in made])
    return make_outputter(listed, OutputFormat.JSON, SCHEMA).output_as_string(indent=1) + "\n"


def _component(part: Part) -> Component:
    version = part.version or None
    url = PackageURL(part.kind, "debian" if part.kind == "deb" else None, part.name, version)
    inside = [
        Component(name=name, type=ComponentType.FILE, bom_ref=f"{url}#{name}")
        for name in part.libraries
    ]
    return Component(
        name=part.name,
        version=version,
        type=ComponentType.LIBRARY,
        licenses=_licences(part.licence),
        purl=url,
        bom_ref=str(url),
        components=inside,
    )


def _licences(licence: str) -> list[License]:
    return [LicenseFactory().make_from_string(licence)] if licence else []
