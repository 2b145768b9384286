// An independent push service: decrypts (RFC 8291) and verifies the signature (RFC 8292) with none of our code.
const { PushApiModel } = require("web-push-testing/src/PushApiModel.js");
const Server = require("web-push-testing/src/server.js");

new Server(new PushApiModel(), Number(process.argv[2])).startServer();
