<?php
// http://not-a-text.example
namespace Acme\Shop;

use GuzzleHttp\Client as Http;
use Acme\{Log, Store as Shelf};

define('CART_URL', getenv('CART_URL') ?: 'http://cart');
$app->get('/rate', function ($request, $response) use ($http) {
    return $http->fetch("http://{$host}/rate/$id"); //~ fetch Passed ~deferred fetch ~text http://{host}/rate/{id}
});

/** http://not-a-text.example */
#[Route('/orders', name: 'orders')]
class Orders extends Base implements Api
{
    private Http $http;

    public function __construct(private Shelf $shelf, string $base = 'http://catalogue')
    {
        $this->http = new Http(['base_uri' => $_ENV['BASE']]);
    }

    public function passed($id)
    {
        return $this->http->get(CART_URL . '/cart/' . $id); //~ get Passed ~text {CART_URL}/cart/{id}
    }

    public function thrown()
    {
        try { return $this->shelf->load(1); } catch (\PDOException $e) { throw new Unavailable('x'); } //~ load Passed
    }

    public function replaced()
    {
        try {
            return $this->http->find(sprintf('%s/all', $this->base)); //~ find Replaced ~text {self.base}/all
        } catch (GuzzleException $e) {
            Log::error($e->getMessage());
            return [];
        }
    }

    public function ignored()
    {
        try { $this->http->post('x'); } catch (\Exception $e) { error_log('x'); } //~ post Ignored
        $size = @file_get_contents('http://size'); //~ file_get_contents Ignored
    }

    public function answered($response)
    {
        try { $this->http->put('x'); } catch (\Throwable $e) { return $response->withStatus(500); } //~ put Fatal
    }
}
