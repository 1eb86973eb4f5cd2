import { Firestore } from "@google-cloud/firestore";
import { Store } from "./store";

export class FirestoreStore implements Store {
  private client = new Firestore();

  async save(id: string): Promise<void> {
    await this.client.collection("t").doc(id).set({ id });
  }
}
