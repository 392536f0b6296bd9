import { BigQuery } from '@google-cloud/bigquery';
import { v1 } from '@google-cloud/bigquery-storage';
import { credentials } from '@grpc/grpc-js';
import { OAuth2Client } from 'google-auth-library';
import { WarehouseError } from '../errors.js';

/** Which dataset, and how it is reached. */
export interface BigQueryTarget {
  /** Id of the Google Cloud project that holds the dataset and pays. */
  readonly project: string;
  /** Name of the dataset: letters, digits and underscores. */
  readonly dataset: string;
  /** Address of the REST service; default Google's. With `http:` an emulator is meant, which gets no credentials. */
  readonly apiEndpoint?: string | undefined;
  /** `host:port` of the Storage service; default Google's. Needed with an emulator. */
  readonly storageEndpoint?: string | undefined;
}

/** Google's clients: statements and tables by REST, rows by gRPC. */
export interface BigQueryClients {
  readonly rest: BigQuery;
  readonly write: v1.BigQueryWriteClient;
  readonly read: v1.BigQueryReadClient;
}

/**
 * Makes the clients. Google is spoken to with the machine's default credentials, and only over TLS.
 * @throws WarehouseError for an unusable dataset name or storage address.
 */
export function connectBigQuery(target: BigQueryTarget): BigQueryClients {
  const { project: projectId, dataset, apiEndpoint } = target;
  if (!/^\w{1,1024}$/.test(dataset)) {
    throw new WarehouseError(
      `BIGQUERY_DATASET=${JSON.stringify(dataset)} is not usable. Allowed: letters, digits and underscores`,
    );
  }
  const storage = storageAddress(target.storageEndpoint);
  if (!isEmulator(target)) {
    return {
      rest: new BigQuery({ projectId, ...(apiEndpoint && { apiEndpoint }) }),
      write: new v1.BigQueryWriteClient({ projectId, ...storage }),
      read: new v1.BigQueryReadClient({ projectId, ...storage }),
    };
  }
  if (!storage) {
    throw new WarehouseError(
      `BIGQUERY_STORAGE_ENDPOINT is not set. With the emulator of BIGQUERY_API_ENDPOINT=${apiEndpoint} its host:port is needed`,
    );
  }
  const emulated = {
    projectId,
    ...storage,
    sslCreds: credentials.createInsecure(),
    // Never used; without any the client asks the machine for some, which takes seconds where there are none.
    credentials: { client_email: 'emulator', private_key: 'emulator' },
  };
  return {
    rest: new BigQuery({ projectId, apiEndpoint, authClient: anyToken() }),
    write: new v1.BigQueryWriteClient(emulated),
    read: new v1.BigQueryReadClient(emulated),
  };
}

/** Whether an emulator is meant: Google itself never answers without TLS. */
export function isEmulator({ apiEndpoint }: BigQueryTarget): boolean {
  return apiEndpoint?.startsWith('http:') ?? false;
}

function storageAddress(endpoint: string | undefined): { apiEndpoint: string; port: number } | undefined {
  if (endpoint === undefined) return undefined;
  const match = /^([^\s:/]+):(\d+)$/.exec(endpoint);
  const [, host = '', port = ''] = match ?? [];
  if (!match) {
    throw new WarehouseError(`BIGQUERY_STORAGE_ENDPOINT=${JSON.stringify(endpoint)} is not usable. Allowed: host:port`);
  }
  return { apiEndpoint: host, port: Number(port) };
}

/** The emulator asks for a token and takes any. */
function anyToken(): OAuth2Client {
  const client = new OAuth2Client();
  client.setCredentials({ access_token: 'emulator', expiry_date: Number.MAX_SAFE_INTEGER });
  return client;
}
