const express = require('express');
const axios = require('axios');
const { MongoClient } = require('mongodb');
const { SNSClient, PublishCommand } = require('@aws-sdk/client-sns');
const search = require('./search');

// The schema is http://www.w3.org/2001/XMLSchema, the licence https://www.apache.org/licenses/LICENSE-2.0.
const XMLNS = 'http://www.w3.org/2000/svg';
const mongo = new MongoClient('mongodb://mongo:27017/shop');
const sns = new SNSClient({});
const app = express();

app.get('/user/:id', async (req, res, next) => {
  try {
    const user = await axios.get(`${process.env.USERS_URL}/users/${req.params.id}`);
    res.json(user.data);
  } catch (error) {
    next(error);
  }
});

app.get('/search', async (req, res) => {
  res.json({ ns: XMLNS, found: await search(req.query.q) });
});

app.post('/order', async (req, res) => {
  await mongo.db('shop').collection('orders').insertOne(req.body);
  sns.send(new PublishCommand({ Message: 'ordered' })).catch((error) => console.error(error));
  res.status(201).end();
});

app.listen(8080);
