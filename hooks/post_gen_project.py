import sys
from collections import OrderedDict  # the answers below are one

sys.path.insert(0, {{ template_directory.__repr__() }})
# With cruft, two versions run in the same directory, one after the other.
sys.pycache_prefix = {{ (template_directory ~ "/__pycache__/" ~ cookiecutter._commit).__repr__() if cookiecutter._commit is defined else None }}

from entity_spec import generate

generate.after({{ template_directory.__repr__() }}, {{ user_directory.__repr__() }}, {{ cookiecutter.__repr__() }})
