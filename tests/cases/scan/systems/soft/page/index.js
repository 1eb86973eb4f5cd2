const express = require('express');
const app = express();

app.get('/ads', async (req, res) => {
  try {
    const answer = await fetch(`${process.env.ADS_URL}/ads`);
    res.json(await answer.json());
  } catch (e) {
    res.json({ ads: ['our own'] });
  }
});

app.get('/pay', async (req, res) => {
  try {
    const answer = await fetch(`${process.env.PAY_URL}/pay`);
    res.json(await answer.json());
  } catch (e) {
    res.json({ success: false });
  }
});

app.listen(80);
