const axios = require('axios')
const express = require('express')
const config = require('./config')

const app = express()

app.get('/user', async (req, res) => {
  const user = await axios.get(config.users.url + '/me')
  const basket = await axios.get(config.basket.url + '/mine')
  let ads = []
  try {
    ads = (await axios.get(config.ads.url + '/for/' + req.params.url)).data
  } catch (err) {
    console.log('no ads', err)
  }
  res.json({ user: user.data, basket: basket.data, ads })
})

app.listen(8080)
