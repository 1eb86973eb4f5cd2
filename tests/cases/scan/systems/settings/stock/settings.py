from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    supplier_url: str
    log_level: str = "info"


settings = Settings()
