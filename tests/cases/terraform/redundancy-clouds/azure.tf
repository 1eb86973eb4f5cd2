resource "azurerm_resource_group" "west" {
  location = "westeurope"
}

resource "azurerm_resource_group" "north" {
  location = "northeurope"
}

resource "azurerm_linux_web_app" "west" {
  name                = "web-west"
  resource_group_name = azurerm_resource_group.west.name
  connection_string {
    value = "Server=${azurerm_mssql_server.west.fully_qualified_domain_name}"
  }
}

resource "azurerm_linux_web_app" "north" {
  name                = "web-north"
  resource_group_name = azurerm_resource_group.north.name
}

resource "azurerm_linux_web_app" "images" {
  name                = "images"
  resource_group_name = azurerm_resource_group.north.name
}

resource "azurerm_cdn_frontdoor_profile" "door" {}

resource "azurerm_cdn_frontdoor_origin_group" "web" {
  cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.door.id
  health_probe {
    interval_in_seconds = 100
  }
}

resource "azurerm_cdn_frontdoor_origin_group" "images" {
  cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.door.id
  health_probe {
    interval_in_seconds = 100
  }
}

# Two origins of one group take each other's place; that of another group does not.
resource "azurerm_cdn_frontdoor_origin" "west" {
  cdn_frontdoor_origin_group_id = azurerm_cdn_frontdoor_origin_group.web.id
  host_name                     = azurerm_linux_web_app.west.default_hostname
}

resource "azurerm_cdn_frontdoor_origin" "north" {
  cdn_frontdoor_origin_group_id = azurerm_cdn_frontdoor_origin_group.web.id
  host_name                     = azurerm_linux_web_app.north.default_hostname
}

resource "azurerm_cdn_frontdoor_origin" "images" {
  cdn_frontdoor_origin_group_id = azurerm_cdn_frontdoor_origin_group.images.id
  host_name                     = azurerm_linux_web_app.images.default_hostname
}

resource "azurerm_mssql_server" "west" {
  resource_group_name = azurerm_resource_group.west.name
}

resource "azurerm_mssql_server" "north" {
  resource_group_name = azurerm_resource_group.north.name
}

resource "azurerm_mssql_failover_group" "shop" {
  server_id = azurerm_mssql_server.west.id
  partner_server {
    id = azurerm_mssql_server.north.id
  }
}

resource "azurerm_postgresql_flexible_server" "zones" {
  location = "westeurope"
  zone     = "1"
  high_availability {
    mode                      = "ZoneRedundant"
    standby_availability_zone = "2"
  }
}

resource "azurerm_postgresql_flexible_server" "same" {
  location = "westeurope"
  zone     = "1"
  high_availability {
    mode = "SameZone"
  }
}
