import axios from 'axios';

export const lookUp = async (request: any) => {
  const found = await axios.get('http://prices.acme.io:8080/all');
  return found.data;
};
