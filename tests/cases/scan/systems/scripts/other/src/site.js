const axios = require("axios");

async function depot(request, response) {
  const answer = await axios.get("http://depot/all");
  response.send(answer.data);
}

module.exports = { depot };
