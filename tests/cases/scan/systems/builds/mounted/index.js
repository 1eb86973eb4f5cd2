const axios = require('axios');
const express = require('express');
const app = express();
app.get('/', async (req, res) => {
  let found = [];
  try {
    found = (await axios.get('http://wire:8080/in')).data;
  } catch (e) {
    found = ['nothing yet'];
  }
  res.json(found);
});
app.listen(80);
