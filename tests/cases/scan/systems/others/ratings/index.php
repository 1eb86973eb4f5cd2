<?php
function product($id) {
    $curl = curl_init("http://catalogue/product/" . $id);
    $found = curl_exec($curl);
    if ($found === false) {
        throw new RuntimeException("no catalogue");
    }
    return $found;
}

echo product($_GET["id"]);
