const { NodeSDK } = require('@opentelemetry/sdk-node');

new NodeSDK({ serviceName: 'web' }).start();
