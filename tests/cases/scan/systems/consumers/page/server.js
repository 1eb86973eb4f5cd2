const axios = require('axios')
const express = require('express')
const { from } = require('rxjs')

const app = express()

// It has the name of taking messages, and waits for one answer.
app.get('/', async (req, res) => {
  let offers = []
  try {
    offers = (await axios.get('http://offers/today')).data
  } catch (err) {
    console.log('no offers', err)
  }
  from(offers).subscribe((offer) => console.log(offer))
  res.json(offers)
})

app.listen(8080)
