import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import type * as Client from "@aws-sdk/client-kms";
import { inside } from "@streaming-data-lake/lake/paths";
import { replaceFile } from "@streaming-data-lake/runner/files/write";
import { AwsError } from "../protocol/errors";
import type { HandledCall, Handlers } from "../server/handlers";
import type { World } from "../world";
import type { Service } from "./service";
import { tagsOf } from "./tags";
import { textsOf } from "./texts";

interface Ciphertext {
  readonly keyArn: string;
  readonly iv: Buffer;
  readonly tag: Buffer;
  readonly data: Buffer;
}

const version = 0x4c;
/** Largest plaintext of Encrypt. Bytes. https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html */
const mostBytes = 4096;

const invalidCiphertext = () => new AwsError("InvalidCiphertextException", "");

/**
 * KMS, for the stack's keys. Their key material is generated and stored on this machine.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html
 */
export function kms(world: World): Service {
  const { stack, resources, folder } = world;
  const { keys } = stack.access;
  const path = inside(folder, "keys.json");
  const materials = new Map<string, Buffer>(
    existsSync(path)
      ? Object.entries(JSON.parse(readFileSync(path, "utf8")) as Record<string, string>).map(
          ([arn, text]) => [arn, Buffer.from(text, "base64")],
        )
      : [],
  );
  const aliases = textsOf(resources("aws_kms_alias"), ["name", "target_key_id"] as const).map((one) => ({
    name: one.name,
    keyArn:
      keys.find((arn) => arn === one.target_key_id || idOf(arn) === one.target_key_id) ?? one.target_key_id,
  }));

  const materialOf = (arn: string): Buffer => {
    const known = materials.get(arn);
    if (known) return known;
    const made = randomBytes(32);
    materials.set(arn, made);
    mkdirSync(folder, { recursive: true });
    const texts = [...materials].map(([key, bytes]) => [key, bytes.toString("base64")] as const);
    replaceFile(path, JSON.stringify(Object.fromEntries(texts)));
    return made;
  };

  /**
   * ARN of the key with an id, ARN, alias or alias ARN.
   *
   * @throws AwsError when the key does not exist, or when the caller may not use it.
   */
  const keyOf = (
    id: string | undefined,
    call: HandledCall,
    context: Readonly<Record<string, string>> = {},
  ): string => {
    const text = id ?? "";
    const alias = aliases.find(({ name }) => text === name || text.endsWith(`:${name}`));
    const arn = alias?.keyArn ?? keys.find((key) => key === text || idOf(key) === text);
    const names = Object.entries(context);
    // https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
    call.allow(`kms:${call.operation}`, arn ?? text, {
      "kms:CallerAccount": stack.accountId,
      ...(alias && { "kms:RequestAlias": alias.name }),
      "kms:ResourceAliases": aliases.filter(({ keyArn }) => keyArn === arn).map(({ name }) => name),
      "kms:EncryptionContextKeys": names.map(([name]) => name),
      ...Object.fromEntries(names.map(([name, value]) => [`kms:EncryptionContext:${name}`, value])),
    });
    if (arn === undefined) throw new AwsError("NotFoundException", `Key '${text}' does not exist`, 400);
    return arn;
  };

  const encrypt = (arn: string, plaintext: Uint8Array, context: Readonly<Record<string, string>>): Buffer => {
    const iv = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", materialOf(arn), iv);
    cipher.setAAD(associated(context));
    const data = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    const name = Buffer.from(arn);
    return Buffer.concat([Buffer.of(version, name.length), name, iv, cipher.getAuthTag(), data]);
  };

  const dataKey = (
    input: {
      KeyId?: string | undefined;
      KeySpec?: string | undefined;
      NumberOfBytes?: number | undefined;
      EncryptionContext?: Record<string, string> | undefined;
    },
    call: HandledCall,
  ) => {
    const { EncryptionContext = {}, KeySpec = "AES_256", NumberOfBytes } = input;
    const KeyId = keyOf(input.KeyId, call, EncryptionContext);
    const Plaintext = randomBytes(NumberOfBytes ?? (KeySpec === "AES_128" ? 16 : 32));
    return { KeyId, Plaintext, CiphertextBlob: encrypt(KeyId, Plaintext, EncryptionContext) };
  };

  const handlers: Handlers<typeof Client> = {
    ListKeys(_input, call) {
      call.allow("kms:ListKeys", "*");
      return { Keys: keys.map((arn) => ({ KeyArn: arn, KeyId: idOf(arn) })), Truncated: false };
    },

    ListAliases({ KeyId }, call) {
      call.allow("kms:ListAliases", "*");
      const wanted = KeyId === undefined ? undefined : keyOf(KeyId, call);
      return {
        Aliases: aliases
          .filter(({ keyArn }) => wanted === undefined || keyArn === wanted)
          .map(({ name, keyArn }) => ({
            AliasName: name,
            AliasArn: `arn:aws:kms:${stack.region}:${stack.accountId}:${name}`,
            TargetKeyId: idOf(keyArn),
          })),
        Truncated: false,
      };
    },

    ListResourceTags({ KeyId }, call) {
      const arn = keyOf(KeyId, call);
      const tags = Object.entries(tagsOf(world, "aws_kms_key", "arn", arn));
      return { Tags: tags.map(([TagKey, TagValue]) => ({ TagKey, TagValue })), Truncated: false };
    },

    DescribeKey({ KeyId }, call) {
      const arn = keyOf(KeyId, call);
      return {
        KeyMetadata: {
          AWSAccountId: stack.accountId,
          KeyId: idOf(arn),
          Arn: arn,
          CreationDate: new Date(0),
          Enabled: true,
          Description: "",
          KeyUsage: "ENCRYPT_DECRYPT",
          KeyState: "Enabled",
          Origin: "AWS_KMS",
          KeyManager: "CUSTOMER",
          CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
          KeySpec: "SYMMETRIC_DEFAULT",
          EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
          MultiRegion: false,
        },
      };
    },

    Encrypt({ KeyId: id, Plaintext = Buffer.alloc(0), EncryptionContext = {} }, call) {
      if (Plaintext.length > mostBytes)
        throw new AwsError(
          "ValidationException",
          `1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to ${mostBytes}`,
        );
      const KeyId = keyOf(id, call, EncryptionContext);
      return {
        KeyId,
        CiphertextBlob: encrypt(KeyId, Plaintext, EncryptionContext),
        EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
      };
    },

    Decrypt({ KeyId: id, CiphertextBlob = Buffer.alloc(0), EncryptionContext = {} }, call) {
      const { keyArn, iv, tag, data } = readCiphertext(Buffer.from(CiphertextBlob));
      const KeyId = keyOf(keyArn, call, EncryptionContext);
      if (id !== undefined && keyOf(id, call, EncryptionContext) !== KeyId)
        throw new AwsError(
          "IncorrectKeyException",
          "The key ID in the request does not identify a CMK that can perform this operation.",
        );
      try {
        const decipher = createDecipheriv("aes-256-gcm", materialOf(KeyId), iv);
        decipher.setAAD(associated(EncryptionContext));
        decipher.setAuthTag(tag);
        const Plaintext = Buffer.concat([decipher.update(data), decipher.final()]);
        return { KeyId, Plaintext, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };
      } catch {
        // The ciphertext was changed, or was encrypted with another key or another encryption context.
        throw invalidCiphertext();
      }
    },

    GenerateDataKey(input, call) {
      return dataKey(input, call);
    },

    GenerateDataKeyWithoutPlaintext(input, call) {
      const { Plaintext: _, ...rest } = dataKey(input, call);
      return rest;
    },
  };
  return { handlers };
}

const idOf = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);

const associated = (context: Readonly<Record<string, string>>): Buffer =>
  createHash("sha256")
    .update(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))))
    .digest();

/** @throws AwsError InvalidCiphertextException */
function readCiphertext(bytes: Buffer): Ciphertext {
  const [first, length = 0] = bytes;
  const end = 2 + length;
  if (first !== version || bytes.length < end + 28) throw invalidCiphertext();
  return {
    keyArn: bytes.toString("utf8", 2, end),
    iv: bytes.subarray(end, end + 12),
    tag: bytes.subarray(end + 12, end + 28),
    data: bytes.subarray(end + 28),
  };
}
