pytest_plugins = ()
from tests.yunshan.fixtures import care_county, county, installed_packs, two_counties  # noqa: F401
