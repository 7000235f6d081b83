import sys
from collections import OrderedDict  # noqa: F401  (the answers below are one)

sys.path.insert(0, {{ template_directory.__repr__() }})

from entity_spec import generate  # noqa: E402

generate.before({{ cookiecutter.__repr__() }})
