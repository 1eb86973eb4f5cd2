const axios = require('axios')
const express = require('express')

const app = express()
const prices = axios.create({ baseURL: 'http://prices', timeout: 500 })

app.get('/', async (req, res) => {
  const found = await prices.get('/all')
  // A timer is no time-out.
  setTimeout(() => console.log('served'), 100)
  res.json(found.data)
})

app.listen(8080)
