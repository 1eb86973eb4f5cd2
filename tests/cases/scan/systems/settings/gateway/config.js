module.exports = {
  users: { url: process.env.USERS_HOST, name: 'users' },
  ads: { url: process.env.ADS_HOST, name: 'ads' },
  basket: { url: process.env.BASKET_API_ADDR }
}
