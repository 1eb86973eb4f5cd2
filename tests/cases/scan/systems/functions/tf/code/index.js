const axios = require('axios');

exports.handler = async (event) => {
  await axios.post('http://depot.acme.io:8080/count', event);
};
