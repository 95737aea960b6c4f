// What each vendor publishes about the bodies that it takes, in our words: JSON Schema and the most
// bytes. Members that a vendor does not name are refused, so that nothing is sent in vain.

import ExactJSON

/// The shapes of bodies, by kind of receiver.
enum VendorSchemas {
    /// The schema of a kind.
    static func schema(_ kind: String) throws -> JSONValue {
        try JSONReader.read(Array((texts[kind] ?? "null").utf8))
    }

    /// The most bytes of a body; kinds that are not listed state none.
    ///
    /// - Source: developer.pagerduty.com (Events API v2: 512 KB); learn.microsoft.com
    ///   (microsoftteams/limits-specifications-teams: 28 KB); api-docs.incident.io (alert events)
    static let maximumBytes = [
        "pagerduty": 512_000, "msteamsv2": 28 * 1024, "incidentio": 512 * 1024,
    ]

    static let texts = [
        "webhook": group(version: "4"), "incidentio": group(version: "1"), "slack": slack,
        "pagerduty": pagerDuty, "discord": discord, "msteamsv2": teams,
    ]

    /// Source: prometheus.io/docs/alerting/latest/configuration (webhook_config).
    private static func group(version: String) -> String {
        """
        {
          "type": "object", "additionalProperties": false,
          "required": ["version", "groupKey", "truncatedAlerts", "status", "receiver",
            "groupLabels", "commonLabels", "commonAnnotations", "externalURL", "alerts"],
          "properties": {
            "version": {"const": "\(version)"},
            "groupKey": {"type": "string", "minLength": 1},
            "truncatedAlerts": {"type": "integer", "minimum": 0},
            "status": {"enum": ["firing", "resolved"]},
            "receiver": {"type": "string", "minLength": 1},
            "notification_reason": {"type": "string"},
            "groupLabels": {"type": "object", "additionalProperties": {"type": "string"}},
            "commonLabels": {"type": "object", "additionalProperties": {"type": "string"}},
            "commonAnnotations": {"type": "object", "additionalProperties": {"type": "string"}},
            "externalURL": {"type": "string"},
            "alerts": {"type": "array", "minItems": 1, "items": {
              "type": "object", "additionalProperties": false,
              "required": ["status", "labels", "annotations", "startsAt", "endsAt",
                "generatorURL", "fingerprint"],
              "properties": {
                "status": {"enum": ["firing", "resolved"]},
                "labels": {"type": "object", "required": ["alertname"],
                  "additionalProperties": {"type": "string"}},
                "annotations": {"type": "object", "additionalProperties": {"type": "string"}},
                "startsAt": {"type": "string", "minLength": 20},
                "endsAt": {"type": "string", "minLength": 20},
                "generatorURL": {"type": "string"},
                "fingerprint": {"type": "string", "minLength": 16, "maxLength": 16}
              }
            }}
          }
        }
        """
    }

    /// Source: docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments,
    /// docs.slack.dev/reference/methods/chat.postMessage.
    private static let slack = """
        {
          "type": "object", "additionalProperties": false, "required": ["attachments"],
          "properties": {
            "channel": {"type": "string", "minLength": 1},
            "username": {"type": "string", "minLength": 1},
            "icon_emoji": {"type": "string", "minLength": 1},
            "icon_url": {"type": "string", "minLength": 1},
            "link_names": {"type": "boolean"},
            "attachments": {"type": "array", "minItems": 1, "maxItems": 100, "items": {
              "type": "object", "additionalProperties": false, "required": ["fallback", "text"],
              "properties": {
                "title": {"type": "string", "minLength": 1, "maxLength": 1024},
                "title_link": {"type": "string", "minLength": 1},
                "pretext": {"type": "string", "maxLength": 40000},
                "text": {"type": "string", "maxLength": 40000},
                "fallback": {"type": "string", "maxLength": 40000},
                "callback_id": {"type": "string"},
                "footer": {"type": "string", "maxLength": 300},
                "color": {"type": "string", "minLength": 4, "maxLength": 7},
                "image_url": {"type": "string", "minLength": 1},
                "thumb_url": {"type": "string", "minLength": 1},
                "mrkdwn_in": {"type": "array", "items": {"type": "string"}},
                "fields": {"type": "array", "items": {
                  "type": "object", "additionalProperties": false, "required": ["title", "value"],
                  "properties": {"title": {"type": "string"}, "value": {"type": "string"},
                    "short": {"type": "boolean"}}
                }}
              }
            }}
          }
        }
        """

    /// Source: PagerDuty/api-schema reference/events-v2/openapiv3.json.
    private static let pagerDuty = """
        {
          "type": "object", "additionalProperties": false,
          "required": ["routing_key", "event_action", "dedup_key", "payload"],
          "properties": {
            "routing_key": {"type": "string", "minLength": 32, "maxLength": 32},
            "event_action": {"enum": ["trigger", "acknowledge", "resolve"]},
            "dedup_key": {"type": "string", "minLength": 1, "maxLength": 255},
            "client": {"type": "string"}, "client_url": {"type": "string"},
            "payload": {
              "type": "object", "additionalProperties": false,
              "required": ["summary", "source", "severity"],
              "properties": {
                "summary": {"type": "string", "minLength": 1, "maxLength": 1024},
                "source": {"type": "string", "minLength": 1},
                "severity": {"enum": ["critical", "error", "warning", "info"]},
                "class": {"type": "string"}, "component": {"type": "string"},
                "group": {"type": "string"}, "custom_details": {"type": "object"}
              }
            },
            "images": {"type": "array", "items": {"type": "object", "required": ["src"]}},
            "links": {"type": "array", "items": {"type": "object", "required": ["href"]}}
          }
        }
        """

    /// Source: discord.com/developers/docs/resources/webhook#execute-webhook,
    /// discord.com/developers/docs/resources/message#embed-object-embed-limits.
    private static let discord = """
        {
          "type": "object", "additionalProperties": false, "required": ["embeds"],
          "properties": {
            "content": {"type": "string", "maxLength": 2000},
            "username": {"type": "string", "minLength": 1, "maxLength": 80},
            "avatar_url": {"type": "string", "minLength": 1},
            "embeds": {"type": "array", "minItems": 1, "maxItems": 10, "items": {
              "type": "object", "additionalProperties": false,
              "properties": {
                "title": {"type": "string", "maxLength": 256},
                "description": {"type": "string", "maxLength": 4096},
                "color": {"type": "integer", "minimum": 0, "maximum": 16777215}
              }
            }}
          }
        }
        """

    /// Source: learn.microsoft.com/connectors/teams (post a card when a webhook request is
    /// received), adaptivecards.io/explorer (AdaptiveCard, TextBlock).
    private static let teams = """
        {
          "type": "object", "additionalProperties": false, "required": ["type", "attachments"],
          "properties": {
            "type": {"const": "message"},
            "attachments": {"type": "array", "minItems": 1, "items": {
              "type": "object", "additionalProperties": false,
              "required": ["contentType", "content"],
              "properties": {
                "contentType": {"const": "application/vnd.microsoft.card.adaptive"},
                "contentUrl": {"type": "null"},
                "content": {
                  "type": "object", "additionalProperties": false,
                  "required": ["type", "version", "body"],
                  "properties": {
                    "$schema": {"type": "string"},
                    "type": {"const": "AdaptiveCard"},
                    "version": {"enum": ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5"]},
                    "msteams": {"type": "object"},
                    "body": {"type": "array", "minItems": 1, "items": {
                      "type": "object", "additionalProperties": false,
                      "required": ["type", "text"],
                      "properties": {
                        "type": {"const": "TextBlock"}, "text": {"type": "string"},
                        "weight": {"enum": ["Lighter", "Default", "Bolder"]},
                        "size": {"enum": ["Small", "Default", "Medium", "Large", "ExtraLarge"]},
                        "style": {"enum": ["default", "heading"]},
                        "color": {"enum": ["Default", "Dark", "Light", "Accent", "Good",
                          "Warning", "Attention"]},
                        "wrap": {"type": "boolean"}
                      }
                    }}
                  }
                }
              }
            }}
          }
        }
        """
}
