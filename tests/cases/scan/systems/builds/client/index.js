const axios = require('axios');
const express = require('express');
const app = express();
app.get('/', async (req, res) => {
  let found = [];
  try {
    found = (await axios.get(process.env.API_URL)).data;
  } catch (e) {
    found = ['nothing yet'];
  }
  res.json(found);
});
app.listen(80);
