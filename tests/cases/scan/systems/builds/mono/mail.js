const axios = require('axios');
const express = require('express');
const app = express();
app.get('/', async (req, res) => {
  const found = await axios.get('http://smtp:8025/send');
  res.json(found.data);
});
app.listen(80);
