const axios = require('axios');
const express = require('express');
const app = express();
app.get('/', async (req, res) => {
  let found = [];
  try {
    found = (await axios.get('http://depot:8080/all')).data;
  } catch (e) {
    found = ['nothing yet'];
  }
  res.json(found);
});
app.listen(80);
