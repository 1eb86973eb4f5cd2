import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { Store } from "./store";

export class DynamoStore implements Store {
  private client = new DynamoDBClient({});

  async save(id: string): Promise<void> {
    await this.client.send(new PutItemCommand({ TableName: "t", Item: { id: { S: id } } }));
  }
}
