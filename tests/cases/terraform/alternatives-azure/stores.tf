resource "azurerm_resource_group" "west" {
  location = "westeurope"
}

# One region alone.
resource "azurerm_storage_account" "lrs" {
  resource_group_name      = azurerm_resource_group.west.name
  account_replication_type = "LRS"
}

# Spread over the zones of one region.
resource "azurerm_storage_account" "zrs" {
  resource_group_name      = azurerm_resource_group.west.name
  account_replication_type = "ZRS"
}

# A copy in the paired region, of no use until somebody fails over.
resource "azurerm_storage_account" "grs" {
  resource_group_name      = azurerm_resource_group.west.name
  account_replication_type = "GRS"
}

# A copy that is read all the time, and written to only after a failover.
resource "azurerm_storage_account" "ragzrs" {
  resource_group_name      = azurerm_resource_group.west.name
  account_replication_type = "RAGZRS"
}

# Poland Central has no pair, and of the other nobody knows where it is.
resource "azurerm_storage_account" "unpaired" {
  location                 = "polandcentral"
  account_replication_type = "GRS"
}

variable "where" {}

resource "azurerm_storage_account" "somewhere" {
  location                 = var.where
  account_replication_type = "GRS"
}

variable "kind" {}

resource "azurerm_storage_account" "unsaid" {
  location                 = "westeurope"
  account_replication_type = var.kind
}

resource "azurerm_linux_web_app" "shop" {
  name                = "shop"
  resource_group_name = azurerm_resource_group.west.name
  app_settings = {
    LRS       = azurerm_storage_account.lrs.primary_blob_endpoint
    ZRS       = azurerm_storage_account.zrs.primary_blob_endpoint
    GRS       = azurerm_storage_account.grs.primary_blob_endpoint
    RAGZRS    = azurerm_storage_account.ragzrs.primary_blob_endpoint
    UNPAIRED  = azurerm_storage_account.unpaired.primary_blob_endpoint
    SOMEWHERE = azurerm_storage_account.somewhere.primary_blob_endpoint
    UNSAID    = azurerm_storage_account.unsaid.primary_blob_endpoint
  }
}

# Two regions; the other takes over by itself.
resource "azurerm_cosmosdb_account" "automatic" {
  location                   = "westeurope"
  automatic_failover_enabled = true
  geo_location {
    location          = "westeurope"
    failover_priority = 0
  }
  geo_location {
    location          = "northeurope"
    failover_priority = 1
  }
}

# Two regions; without the first one only reads.
resource "azurerm_cosmosdb_account" "manual" {
  location = "westeurope"
  geo_location {
    location          = "westeurope"
    failover_priority = 0
  }
  geo_location {
    location          = "northeurope"
    failover_priority = 1
  }
}

# One region, over and over.
resource "azurerm_cosmosdb_account" "single" {
  location = "westeurope"
  geo_location {
    location          = "westeurope"
    failover_priority = 0
  }
}
