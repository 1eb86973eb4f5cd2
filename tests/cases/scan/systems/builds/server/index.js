const axios = require('axios');
const express = require('express');
const app = express();
app.get('/', async (req, res) => {
  const found = await axios.get(process.env.PAY_URL);
  res.json(found.data);
});
app.listen(80);
