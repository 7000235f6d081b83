"""The specification and the answers as the templates print them: decisions are taken here, none in a template.

`facts` is what is known of the entities. Beside it is a module for each kind of generated module: the part that prints it.
No part knows another one. `project` alone knows them all, and puts together what the templates see.
"""
