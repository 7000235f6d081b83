"""The specification and the answers as the templates print them: decisions are made here, none in a template.

`facts` is what is known of the entities. Each module beside it is a part, which prints one kind of generated module. No
part knows another; `project` alone knows them all, and puts together what the templates see.
"""
