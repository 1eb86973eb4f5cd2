require 'net/http'
require 'sinatra'

post '/send' do
  begin
    Net::HTTP.get(URI("http://render/page"))
  rescue StandardError => e
    logger.warn("plain text it is: #{e}")
  end
  'sent'
end
