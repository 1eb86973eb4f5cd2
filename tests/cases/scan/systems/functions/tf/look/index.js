const axios = require('axios');

exports.handler = async (event) => {
  await axios.post('http://never.acme.io:8080/count', event);
};
