// Look at http://not-a-text.example
'use strict';
const express = require('express');
const { S3Client, Get: Fetch } = require('@aws-sdk/client-s3');
const { CART_HOST = 'cart', PORT } = process.env;
const url = process.env.CART_URL || `http://${CART_HOST}:${PORT}/cart`; //~text http://{CART_HOST}:{PORT}/cart

app.get('/cart', async (req, res) => {
  const cart = await axios.get(url + '/' + req.params.id); //~ get Passed ~deferred get ~text {url}/{req.params.id}
  res.send(cart);
});

app.get('/orders', (req, res) => {
  db.find({}).toArray().then((orders) => { //~ find Fatal
    res.json(orders);
  }).catch((e) => {
    res.status(500).send(e);
  });
  client.get('k', (err, data) => { //~ get Fatal
    if (err) {
      log.error(err);
      res.status(500).send(err);
    } else {
      next.step(data);
    }
  });
});

async function handled() {
  try {
    const ads = await fetchAds('http://ads'); //~ fetchAds Replaced
    return ads;
  } catch (e) {
    return [];
  }
}

async function passed(next) {
  try {
    await users.load(1); //~ load Passed
  } catch (e) {
    next(e);
  }
}

async function notCaught() {
  try {
    return users.save(1); //~ save Passed
  } catch (e) {
    return null;
  }
}

async function ignored() {
  await mail.send('x').catch(console.error); //~ send Ignored
  await cache.set('x').catch(() => {}); //~ set Ignored
  await prices.list().catch(() => []); //~ list Replaced
  fetch('http://audit/log'); //~ fetch Detached
  handled(); //~ handled Detached
  setTimeout(() => { poll.now(); }, 10); //~ now Detached
  bus.publish('x', (err) => { if (err) console.log(err); }); //~ publish Ignored
}

exports.handler = async (event) => {
  await run(event); //~ run Passed
};

module.exports = { list: async (x) => { await query(x); } }; //~ query Passed

async function answered(req, res) {
  try {
    res.json(await offers.list()); //~ list Replaced
  } catch (e) {
    res.json({ offers: [] });
  }
  try {
    res.json(await orders.place()); //~ place Unknown
  } catch (e) {
    res.json({ success: false });
  }
  try {
    res.send(await orders.read()); //~ read Unknown
  } catch (e) {
    res.send('could not read the orders');
  }
}
