# http://not-a-text.example
require "sinatra"
require_relative "lib/mail"

HOST = ENV.fetch("MAIL_HOST", "mail")
KEY = ENV["MAIL_KEY"] || "none"

post "/send" do
  client.deliver("smtp://#{HOST}:25") #~ deliver Passed ~deferred deliver ~text smtp://{HOST}:25
end

module Shop
  class Orders < Base
    include Logging

    def initialize(redis:, url: "redis://cache")
      @redis = Redis.new(url: url)
    end

    def passed(id)
      @redis.get("order:" + id) #~ get Passed ~text order:{id}
    end

    def raised
      @redis.set("a", 1) #~ set Passed
    rescue Redis::BaseError => e
      logger.error(e.message)
      raise
    end

    def replaced
      begin
        prices = Http.list("x") #~ list Replaced
      rescue StandardError
        prices = []
      end
      stock = Http.stock("x") rescue nil #~ stock Replaced
      prices
    end

    def ignored
      Mail.notify("x") #~ notify Ignored
    rescue => e
      logger.warn(e)
    end

    def detached
      Thread.new { Audit.write("x") } #~ write Detached
    end

    def self.find(id)
      Http.find(id) #~ find Fatal
    rescue Http::Error
      halt 500
    end
  end
end
