// The C functions that libcurl calls while a transfer runs.
//
// 1. The data pointer is the `CurlTransfer` of the running easy handle.
// 2. Returning less than was given makes libcurl abort the transfer.

import CLibcurl
import Glibc
import Ports

/// libcurl's callbacks.
enum CurlCallbacks {
    /// Takes decoded body bytes.
    static let write: curl_write_callback = { bytes, size, count, data in
        take(bytes, size, count, data) { $0.collector.takeBody($1) }
    }

    /// Takes one complete header line.
    static let header: curl_write_callback = { bytes, size, count, data in
        take(bytes, size, count, data) { transfer, bytes in
            transfer.shortenFarewell()
            return transfer.collector.takeHeaderLine(bytes)
        }
    }

    /// Gives the next bytes of a mail.
    static let read: curl_read_callback = { buffer, size, count, data in
        guard let transfer = CurlTransfer.from(data), let buffer else {
            return Int(CURL_READFUNC_ABORT)
        }
        return transfer.giveMail(
            to: UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
    }

    private static func take(
        _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
        _ data: UnsafeMutableRawPointer?,
        _ consume: (CurlTransfer, UnsafeRawBufferPointer) -> Bool
    ) -> Int {
        // libcurl documents `size` as always 1.
        let length = size * count
        guard let transfer = CurlTransfer.from(data), length > 0 else { return 0 }
        return consume(transfer, UnsafeRawBufferPointer(start: bytes, count: length)) ? length : 0
    }

    /// Opens a socket for a new connection if the address is public.
    static let openSocket: curl_opensocket_callback = { data, _, target in
        guard let transfer = CurlTransfer.from(data), let target,
            let bytes = target.pointer(to: \.addr)
        else { return CURL_SOCKET_BAD }
        let address = NetworkAddress(
            bytes, family: target.pointee.family, length: Int(target.pointee.addrlen))
        if let objection = PublicAddressRule.message(for: address) {
            transfer.addressObjection = transfer.addressObjection ?? objection
            return CURL_SOCKET_BAD
        }
        let type = target.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        return socket(target.pointee.family, type, target.pointee.`protocol`)
    }

    /// Judges the address of a connection that another request may have opened.
    static let beforeRequest: curl_prereq_callback = { data, remote, _, _, _ in
        guard let transfer = CurlTransfer.from(data) else { return CURL_PREREQFUNC_ABORT }
        let address = remote.flatMap { NetworkAddress(String(cString: $0)) }
        guard let objection = PublicAddressRule.message(for: address) else {
            return CURL_PREREQFUNC_OK
        }
        transfer.addressObjection = objection
        return CURL_PREREQFUNC_ABORT
    }
}
