const axios = require("axios");

async function items(request, response) {
  const answer = await axios.get(`${process.env.STORE_URL}/items`);
  response.send(answer.data);
}

module.exports = { items };
