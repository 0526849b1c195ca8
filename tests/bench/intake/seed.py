"""Tables, packs and eight stations for the bench; prints their codes and the programme."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongyou.config.settings")
import django

django.setup()

from django.core.management import call_command  # noqa: E402

from gongyou.kernel.access import system_actor  # noqa: E402
from gongyou.kernel.installation import installed  # noqa: E402
from gongyou.offices.services import add_office  # noqa: E402
from gongyou.packkit.publishing import install_packs  # noqa: E402

AREA, PROGRAMME = "990101", "chair-as-station-master"

call_command("migrate", interactive=False, verbosity=0)
system = system_actor("bench")
install_packs(system, installed().packs_dir)
root = add_office(system, code=AREA, name="云山县总工会", kind="county", area=AREA)
add_office(system, code=f"{AREA}90", name="回访专班", kind="callback_desk", parent_id=root.id, area=AREA)
codes = [f"{AREA}{n:02d}" for n in range(1, 9)]
for code in codes:
    add_office(system, code=code, name=f"{code}驿站", kind="station", parent_id=root.id, area=AREA)
print(",".join(codes), PROGRAMME)
