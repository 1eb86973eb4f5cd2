import express from "express";
import { DynamoStore } from "./dynamo";
import { FirestoreStore } from "./firestore";
import { Store } from "./store";

function store(): Store {
  switch (process.env.STORE) {
    case "dynamo":
    case "aws":
      return new DynamoStore();
    case "firestore":
      return new FirestoreStore();
    default:
      throw new Error("no such store");
  }
}

const app = express();
const kept = store();

app.post("/", async (req, res) => {
  await kept.save(req.body.id);
  res.json({ ok: true });
});

app.listen(80);
