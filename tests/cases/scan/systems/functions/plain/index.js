const axios = require('axios');

exports.handler = async (event, context) => {
  const found = await axios.get('http://maps.acme.io:8080/x');
  return found.data;
};
