/** See http://not-a-text.example. */
import axios, { AxiosInstance as Http } from 'axios';
import * as grpc from '@grpc/grpc-js';
export { Store } from './store';

const { AD_ADDR = '' } = process.env;
const client = new AdServiceClient(AD_ADDR, grpc.credentials.createInsecure());

@Injectable()
export class Orders extends Base implements Api {
  private readonly url: string = `${process.env.ORDERS_URL}/orders`; //~text {process.env.ORDERS_URL}/orders
  constructor(private readonly http: HttpService, @Inject('BUS') private bus: ClientProxy) { super(); }

  @Get('/orders')
  async list(@Param('id') id: string): Promise<Order[]> {
    return this.http.get<Order[]>(this.url); //~ get Passed
  }

  load = (ids: string[]) =>
    new Promise<Ads>((resolve, reject) =>
      client.getAds({ keys: ids }, (error, response) => (error ? reject(error) : resolve(response))), //~ getAds Passed
    );

  async safe(): Promise<Order | undefined> {
    try {
      return await this.http.get(this.url as string)!; //~ get Replaced
    } catch {
      return undefined;
    }
  }
}
