rootProject.name = "acme"
include(":app", ":lib")
