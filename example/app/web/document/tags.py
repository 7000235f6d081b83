"""The groups of operations in the OpenAPI document, in this order."""

TAGS = [
    {
        "name": "users",
        "description": "Users, each with its posts and comments.",
    },
    {
        "name": "categories",
        "description": "Categories, each with its parent, children and posts.",
    },
    {
        "name": "tags",
        "description": "Tags, each with its posts.",
    },
    {
        "name": "posts",
        "description": "Posts, each with its author, category, comments and tags.",
    },
    {
        "name": "comments",
        "description": "Comments, each with its post and author.",
    },
    {
        "name": "health-checks",
        "description": "For the orchestrator: whether the process is alive, and whether the database answers.",
    },
]
